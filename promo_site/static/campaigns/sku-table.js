// The table of SKUs on the campaign form. The text below it is what is sent; the table is how people see and type it.
const CELLS = ["price", "stock", "limit"];

class SkuTable {
  constructor(box) {
    this.box = box;
    this.said = box.dataset;
    this.text = box.querySelector("textarea");
    this.table = box.querySelector("[data-table]");
    this.body = this.table.tBodies[0];
    this.find = box.querySelector("[data-find]");
    this.found = box.querySelector("[data-found]");
    this.note = box.querySelector("[data-note]");
    box.querySelector(".promo-sku-add").hidden = false;
    box.querySelector("[data-as-text]").open = false;
    for (const row of this.body.rows) this.judge(row, true);
    this.listen();
    this.count();
  }

  listen() {
    this.body.addEventListener("input", (event) => {
      event.stopPropagation(); // the text tells the form, once
      this.judge(event.target.closest("tr"));
      this.write();
    });
    this.body.addEventListener("keydown", (event) => this.move(event));
    this.body.addEventListener("click", (event) => {
      const button = event.target.closest("[data-remove]");
      if (button) this.remove(button.closest("tr"));
    });
    this.body.addEventListener("paste", (event) => this.paste(event));
    this.find.addEventListener("paste", (event) => this.paste(event));
    this.find.addEventListener("input", (event) => {
      event.stopPropagation();
      clearTimeout(this.later);
      this.later = setTimeout(() => this.look(), 200);
    });
    this.find.addEventListener("keydown", (event) => this.choose(event));
    this.found.addEventListener("keydown", (event) => this.choose(event));
    this.found.addEventListener("click", (event) => this.add(event.target.closest("[data-add]")));
    this.text.addEventListener("change", () => this.reread());
    // A copy of the form that was kept is put back into the text.
    this.text.form.addEventListener("change", (event) => event.target === this.text.form && this.reread());
  }

  values(row) {
    return CELLS.map((name) => row.querySelector(`[data-cell=${name}]`)).filter(Boolean).map((cell) => cell.value.trim());
  }

  write() {
    const lines = Array.from(this.body.rows, (row) =>
      [row.dataset.code, ...this.values(row), row.dataset.leftOut].join("\t").replace(/\t+$/, ""));
    this.text.value = this.written = lines.join("\n");
    this.count();
    this.text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  count() {
    this.table.hidden = !this.body.rows.length;
    const wrong = this.body.querySelectorAll("tr.bad").length;
    const line = this.box.querySelector("[data-count]");
    line.hidden = !this.body.rows.length;
    line.textContent = `${this.body.rows.length} SKU` + (wrong ? ` · ${wrong} ✗` : "");
  }

  // What the server said of a row stays until somebody types in it.
  judge(row, keep = false) {
    const input = row.querySelector("[data-cell=price]");
    if (!input) return;
    const plain = input.value.replace(/[０-９．]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
    const price = Number(plain.replace(/[,，¥￥元\s]/g, ""));
    const list = Number(row.dataset.list);
    const off = row.querySelector("[data-off]");
    const known = input.value.trim() !== "" && Number.isFinite(price) && list > 0;
    off.textContent = known && price < list ? `−${((1 - price / list) * 100).toFixed(1)} %` : "";
    if (keep || !known) return;
    const said = price >= list ? this.said.above : price < Number(row.dataset.floor || 0) ? this.said.belowFloor : "";
    const doubt = row.dataset.cost && price < Number(row.dataset.cost) ? this.said.belowCost : "";
    row.className = said ? "bad" : doubt ? "warn" : "";
    row.querySelector("[data-said]").textContent = said || doubt;
  }

  move(event) {
    const cell = event.target.closest("[data-cell]");
    const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!cell || !step || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const next = this.body.rows[cell.closest("tr").sectionRowIndex + step];
    (next ? next.querySelector(`[data-cell=${cell.dataset.cell}]`) : this.find).focus();
  }

  remove(row) {
    const near = row.nextElementSibling || row.previousElementSibling;
    row.remove();
    (near?.querySelector("[data-remove]") || this.find).focus();
    this.write();
  }

  paste(event) {
    const text = event.clipboardData.getData("text");
    const isCell = event.target.matches("[data-cell]");
    if (isCell && text.includes("\n")) return this.fillDown(event, text);
    if (isCell || !/[\n\t]/.test(text.trim())) return;
    event.preventDefault();
    this.bring({ text });
  }

  // A copied column goes down from the cell where it is pasted.
  fillDown(event, text) {
    event.preventDefault();
    const name = event.target.dataset.cell;
    let row = event.target.closest("tr");
    for (const line of text.trimEnd().split(/\r?\n/)) {
      if (!row) break;
      line.split("\t").forEach((value, place) => {
        const cell = row.querySelector(`[data-cell=${CELLS[CELLS.indexOf(name) + place]}]`);
        if (cell) cell.value = value.trim();
      });
      this.judge(row);
      row = row.nextElementSibling;
    }
    this.write();
  }

  async look() {
    const word = this.find.value.trim();
    this.found.innerHTML = word ? await this.ask(`${this.said.findUrl}?q=${encodeURIComponent(word)}`) : "";
    this.found.hidden = !word;
    this.find.setAttribute("aria-expanded", String(Boolean(word)));
  }

  choose(event) {
    const buttons = Array.from(this.found.querySelectorAll("[data-add]"));
    const place = buttons.indexOf(document.activeElement);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      (buttons[place + (event.key === "ArrowDown" ? 1 : -1)] || this.find).focus();
    } else if (event.key === "Enter" && event.target === this.find) {
      event.preventDefault();
      this.add(buttons[0]);
    } else if (event.key === "Escape") {
      this.close();
    }
  }

  add(button) {
    if (!button) return;
    this.bring(Object.fromEntries(new URLSearchParams(button.dataset.add)));
  }

  close() {
    this.find.value = "";
    this.found.hidden = true;
    this.find.setAttribute("aria-expanded", "false");
    this.find.focus();
  }

  async bring(asked) {
    const page = document.createElement("tbody");
    page.innerHTML = await this.ask(this.said.rowsUrl, asked);
    const own = new Map(Array.from(this.body.rows, (row) => [row.dataset.code, row]));
    let first;
    this.note.textContent = "";
    for (const row of Array.from(page.rows)) {
      const there = own.get(row.dataset.code);
      if (there && !asked.text) continue; // found again: what is typed stays
      if (!there && this.body.rows.length >= Number(this.said.most)) {
        this.note.textContent = this.said.tooMany;
        break;
      }
      if (there) there.replaceWith(row);
      else this.body.append(row);
      this.judge(row, true);
      first ||= row;
    }
    this.close();
    this.write();
    first?.querySelector("[data-cell]")?.focus();
  }

  async reread() {
    if (this.text.value === this.written) return;
    this.written = this.text.value;
    this.body.innerHTML = this.text.value.trim() ? await this.ask(this.said.rowsUrl, { text: this.text.value }) : "";
    for (const row of this.body.rows) this.judge(row, true);
    this.count();
  }

  async ask(url, asked) {
    const token = this.text.form.elements.csrfmiddlewaretoken.value;
    const body = asked && new URLSearchParams({ ...asked, priced: this.said.priced });
    const answer = await fetch(url, asked ? { method: "POST", body, headers: { "X-CSRFToken": token } } : {});
    return answer.ok ? answer.text() : "";
  }
}

document.addEventListener("DOMContentLoaded", () => {
  for (const box of document.querySelectorAll("[data-sku-table]")) new SkuTable(box);
});
