import pytest

from coupons.codes import codes_of, digest_of, digests_of, grouped, normalised

pytestmark = pytest.mark.req("CPN-05")

SECRET = bytes(range(32))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        pytest.param("tea-2026", "TEA2026", id="lower case and hyphen"),
        pytest.param("  TEA 2026\t", "TEA2026", id="spaces"),
        pytest.param("ＴＥＡ２０２６", "TEA2026", id="full width"),
        pytest.param("TEA–2026\u200b", "TEA2026", id="dash and invisible sign"),
        pytest.param("O0Il1", "00111", id="letters taken for digits"),
        pytest.param("①②", "12", id="circled digits"),
        pytest.param("", "", id="nothing"),
        pytest.param("-- --", "", id="signs alone"),
        pytest.param("A" * 65, "", id="longer than anybody types"),
        pytest.param("\x00A\ud800", "A", id="characters that no database takes"),
    ],
)
def test_codes_are_compared_as_people_mean_them(typed, code):
    assert normalised(typed) == code


def test_codes_of_a_pool_are_the_same_for_the_same_secret_and_all_different():
    codes = list(codes_of(SECRET, prefix="", start=0, stop=1000))
    assert codes[10:20] == list(codes_of(SECRET, prefix="", start=10, stop=20))
    assert len(set(codes)) == 1000
    assert {len(code) for code in codes} == {16}
    assert all(normalised(code) == code for code in codes)
    assert not set(codes) & set(codes_of(bytes(32), prefix="", start=0, stop=1000))


def test_digest_needs_the_key_of_the_site(settings):
    before = digest_of("TEA2026")
    assert list(digests_of(["TEA2026"])) == [before]
    assert len(before) == 16
    settings.COUPON_CODE_KEY = "another"
    assert digest_of("TEA2026") != before


def test_printed_codes_come_in_groups_after_the_prefix_as_it_was_meant_and_are_read_back():
    (code,) = codes_of(SECRET, prefix="Vip", start=0, stop=1)
    assert grouped(code, prefix="Vip") == f"VIP-{code[3:7]}-{code[7:11]}-{code[11:15]}-{code[15:]}"
    assert normalised(grouped(code, prefix="Vip")) == code
    assert grouped("ABCDEFGH") == "ABCD-EFGH"
