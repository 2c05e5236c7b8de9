"""The demo's shops and its tree of categories, names in English and Chinese."""

# code, names, shipping fee in cents
SHOPS = (
    ("direct", "Marketplace Direct", "商城自营", 1_000),
    ("qinghe", "Qinghe Tea House", "清和茶舍", 800),
    ("northgate", "Northgate Outfitters", "北门衣铺", 1_200),
)

# code, parent, names
CATEGORIES = (
    ("home", None, "Home", "家居"),
    ("kitchen", "home", "Kitchen", "厨房"),
    ("cookware", "kitchen", "Cookware", "锅具"),
    ("tableware", "kitchen", "Tableware", "餐具"),
    ("living", "home", "Living room", "客厅"),
    ("tea-coffee", None, "Tea & coffee", "茶与咖啡"),
    ("tea", "tea-coffee", "Tea", "茶叶"),
    ("teaware", "tea-coffee", "Teaware", "茶具"),
    ("coffee", "tea-coffee", "Coffee", "咖啡"),
    ("fashion", None, "Fashion", "服饰"),
    ("clothing", "fashion", "Clothing", "服装"),
    ("shoes", "fashion", "Shoes", "鞋靴"),
    ("accessories", "fashion", "Accessories", "配饰"),
    ("electronics", None, "Electronics", "数码"),
    ("audio", "electronics", "Audio", "影音"),
    ("desk", "electronics", "Desk", "桌面"),
    ("books", None, "Books", "图书"),
    ("gift-cards", None, "Gift cards", "礼品卡"),
)
