//! Forms that are whole and right but for one field, which holds what is another's, a number that
//! cannot be, or hostile text: each is refused in words, and no row changes. Sent at last as it
//! should be, the same form is taken, so it was that one field that was refused.

use super::{HOSTILE, is_clear, kept};
use crate::story::{AWAY, Form, HOME, PASSWORD, Shop, Visitor, encode};

/// Beside the hostile texts, which hold some more.
const NUMBERS: &[&str] = &[
    "",
    "-1",
    "-9223372036854775808",
    "9223372036854775807",
    "99999999999999999999999999",
    "1.5",
    "1e3",
    "1 000 000",
    "٣",
    "one",
];

/// The values with which each of these fields is wrong.
type Wrong<'a> = &'a [(&'a str, Vec<String>)];

fn hostile_or(more: &[&str]) -> Vec<String> {
    HOSTILE.iter().chain(more).map(|text| (*text).to_owned()).collect()
}

fn of(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// Whatever was refused leads back with a message, or is an error page.
#[track_caller]
fn is_refused(visitor: &Visitor, what: &str) {
    is_clear(visitor, what);
    let said = visitor.page.texts(".notice-bad, main h1 + p").concat();
    let is_error = visitor.page.status >= 400 || visitor.page.count(".notice-bad") > 0;
    assert!(is_error && !said.is_empty(), "{what} was taken: {}", visitor.page.text());
}

async fn refuses(visitor: &mut Visitor, form: &Form, wrong: Wrong<'_>) {
    let shop = visitor.shop.clone();
    for (field, values) in wrong {
        for value in values {
            let before = kept(&shop).await;
            visitor.peer = shop.next_peer();
            let tried = form.clone().with(field, value);
            visitor.posts_body(&form.action, encode(tried.fields())).await.follows().await;
            let what = format!("{} with {field}={value:?}", form.action);
            is_refused(visitor, &what);
            assert_eq!(kept(&shop).await, before, "{what}");
        }
    }
}

/// The same, and then the form as it was.
async fn refuses_until_right(visitor: &mut Visitor, form: Form, wrong: Wrong<'_>) {
    refuses(visitor, &form, wrong).await;
    let before = kept(&visitor.shop).await;
    visitor.peer = visitor.shop.next_peer();
    let action = form.action.clone();
    visitor.sends(form).await.got(200);
    assert_ne!(kept(&visitor.shop).await, before, "{action}: {}", visitor.page.text());
}

/// Somebody whose things these are not.
struct Ravi {
    cart: String,
    address: String,
    order: String,
    key: String,
}

async fn ravi(shop: &Shop) -> Ravi {
    let mut ravi = shop.customer("ravi@example.in").await;
    ravi.keeps_an_address(&AWAY).await;
    ravi.adds("soan-papdi", 3).await.opens("/checkout").await;
    let cart = ravi.page.form("/do/checkout/place").value("cart").to_owned();
    let form = ravi.page.form("/do/checkout/place");
    ravi.sends(form).await.is_at("/checkout/pay/");
    let key = ravi.page.path.split_once("key=").unwrap().1.to_owned();
    let address = shop.text("select id from addresses").await;
    Ravi { cart, address, order: ravi.order(), key }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_cart() {
    let shop = Shop::open().await;
    let ravi = ravi(&shop).await;
    let mut asha = shop.customer("asha@example.in").await;
    let nowhere = hostile_or(&["", &ravi.cart, "00000000-0000-7000-8000-000000000000"]);
    let units = hostile_or(&[NUMBERS, &["0", "100"]].concat());
    let add = asha.opens("/products/assam-tea").await.page.form("/do/cart/add");
    let wrong = [("product", nowhere.clone()), ("quantity", units.clone())];
    refuses_until_right(&mut asha, add, &wrong).await;
    asha.adds("cow-ghee", 1).await.opens("/cart").await;
    let (cart, version) = (("cart", nowhere.clone()), ("version", hostile_or(NUMBERS)));
    let mut elsewhere = nowhere;
    elsewhere.push(shop.product("soan-papdi").await.id);
    let product = ("product", elsewhere);
    let set = asha.line_form("/do/cart/set", "assam-tea").await.with("quantity", "2");
    let wrong = [cart.clone(), version.clone(), product.clone(), ("quantity", units)];
    refuses_until_right(&mut asha, set, &wrong).await;
    let remove = asha.line_form("/do/cart/remove", "cow-ghee").await;
    refuses_until_right(&mut asha, remove, &[cart.clone(), version.clone(), product]).await;
    let empty = asha.page.form("/do/cart/empty");
    refuses_until_right(&mut asha, empty, &[cart, version]).await;
}

fn wrong_address() -> Vec<(&'static str, Vec<String>)> {
    let long = "x".repeat(500);
    vec![
        ("name", of(&["", "12", "\u{202E}\u{FEFF}", &long])),
        ("phone", hostile_or(NUMBERS)),
        ("line1", of(&["", " ", &long])),
        ("line2", of(&[&long])),
        ("landmark", of(&[&long])),
        ("city", of(&["", "\u{202E}", &long])),
        ("state", hostile_or(&["", "0", "00", "99", "027"])),
        ("pin", hostile_or(&["000000", "012345", "400001", "56000", "5600011", "१२३४५६", ""])),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn in_an_address_book() {
    let shop = Shop::open().await;
    let ravi = ravi(&shop).await;
    let mut asha = shop.customer("asha@example.in").await;
    let add = asha.opens("/account/addresses/new").await.page.form("/do/address/add");
    refuses_until_right(&mut asha, add.filled(&HOME), &wrong_address()).await;
    asha.keeps_an_address(&HOME).await.opens("/account/addresses").await;
    let others = ("id", hostile_or(&["", &ravi.address, &ravi.order]));
    let make_default = asha.page.form("/do/address/default");
    let id = make_default.value("id").to_owned();
    refuses_until_right(&mut asha, make_default, std::slice::from_ref(&others)).await;
    let page = format!("/account/addresses/{id}");
    let change = asha.opens(&page).await.page.form("/do/address/change").with("city", "Mysuru");
    let mut wrong = wrong_address();
    wrong.push(others.clone());
    refuses_until_right(&mut asha, change, &wrong).await;
    let delete = asha.opens("/account/addresses").await.page.form("/do/address/delete");
    refuses_until_right(&mut asha, delete, &[others]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_an_account() {
    let shop = Shop::open().await;
    ravi(&shop).await;
    let mut asha = shop.visitor();
    let known = [("name", "Asha Rao"), ("email", "asha@example.org"), ("password", PASSWORD)];
    let long = "x".repeat(5_000);
    let sign_up = asha.opens("/sign-up").await.page.form("/do/account/sign-up").filled(&known);
    // One of the hostile texts is an address that somebody may well have.
    let email = HOSTILE.iter().filter(|text| !text.contains('@')).copied();
    let wrong = [
        ("name", of(&["", "12", &long])),
        ("email", email.chain([&*long, ""]).map(str::to_owned).collect()),
        ("phone", hostile_or(&NUMBERS[1..])),
        ("password", of(&["", "short", "password", "asha@example.org", &long])),
    ];
    refuses_until_right(&mut asha, sign_up, &wrong).await;
    let link = shop.link_in_letter_to("asha@example.org").await;
    let confirm = asha.opens(&link).await.page.form("/do/account/confirm");
    refuses_until_right(&mut asha, confirm, &[("token", hostile_or(&["", &long]))]).await;
    let profile = asha.opens("/account").await.page.form("/do/account/profile");
    let wrong = [("name", of(&["", "12", &long])), ("phone", hostile_or(&NUMBERS[1..]))];
    refuses_until_right(&mut asha, profile.with("name", "Asha R"), &wrong).await;
    let password = asha.opens("/account").await.page.form("/do/account/password");
    let password = password.with("current", PASSWORD).with("new_password", "chai & pakora, daily");
    // Ten guesses in a minute are all that this door takes.
    let wrong = [
        ("current", of(&["", HOSTILE[2], "green tea, some sugar", &long])),
        ("new_password", of(&["", "short", &long])),
    ];
    refuses_until_right(&mut asha, password, &wrong).await;
    let mut ended = shop.visitor();
    let forgot = ended.opens("/forgot").await.page.form("/do/account/forgot");
    ended.sends(forgot.with("email", "asha@example.org")).await.got(200);
    let link = shop.link_in_letter_to("asha@example.org").await;
    let reset = ended.opens(&link).await.page.form("/do/account/reset");
    let wrong = [
        ("token", hostile_or(&["", &long])),
        ("password", of(&["", "short", "asha@example.org", &long])),
    ];
    refuses_until_right(&mut ended, reset.with("password", "masala chai at four"), &wrong).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_checkout() {
    let shop = Shop::open().await;
    let ravi = ravi(&shop).await;
    let mut asha = shop.customer("asha@example.in").await;
    asha.keeps_an_address(&HOME).await;
    let mut guest = shop.visitor();
    let carts = hostile_or(&["", &ravi.cart]);
    let wrong = vec![
        ("cart", carts),
        ("version", hostile_or(NUMBERS)),
        ("digest", hostile_or(&["", "00000000000000000000000000000000"])),
        ("key", hostile_or(&["", &"₹".repeat(43), &"A".repeat(44)])),
    ];
    asha.adds("assam-tea", 2).await;
    let form = asha.opens("/checkout").await.page.form("/do/checkout/place");
    let mut hers = wrong.clone();
    hers.push(("address", hostile_or(&[&ravi.address, &ravi.order])));
    refuses_until_right(&mut asha, form, &hers).await;
    guest.adds("assam-tea", 2).await;
    let form = guest.checkout_form("guest@example.in", &HOME).await;
    let mut theirs = wrong;
    let email = HOSTILE.iter().filter(|text| !text.contains('@'));
    theirs.push(("email", email.map(|text| (*text).to_owned()).collect()));
    theirs.extend(wrong_address());
    refuses_until_right(&mut guest, form, &theirs).await;
    let (id, key) = (guest.order(), guest.page.path.split_once("key=").unwrap().1.to_owned());
    let path = guest.page.path.clone();
    shop.gateway.goes_wrong("/v1/orders", "500", 200).await;
    let mut ira = shop.visitor();
    ira.adds("assam-tea", 1).await.places_the_order().await;
    let retry = ira.page.form("/do/checkout/retry");
    shop.gateway.recovers().await;
    let wrong = [
        ("order", hostile_or(&["", &ravi.order, &id])),
        ("key", hostile_or(&["", &ravi.key, &key])),
    ];
    refuses_until_right(&mut ira, retry, &wrong).await;
    guest.opens(&path).await.got(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_desk() {
    let shop = Shop::open().await;
    let ravi = ravi(&shop).await;
    let number = shop.visitor().buys("assam-tea", 2).await.number();
    let mut mira = shop.shopkeeper().await;
    let refund = mira.opens(&format!("/admin/orders/{number}")).await.page.form("/do/admin/refund");
    let order = shop.text("select order_id from payments").await;
    let wrong = [
        ("payment", hostile_or(&["", &ravi.order, &order, "pay_AAAAAAAAAAAAAA"])),
        ("amount", hostile_or(&["", "0", "0.99", "1.505", "1e3", "419.01", "999999999999.99"])),
        ("seen", hostile_or(&["", "1", "41900", "9223372036854775807"])),
        ("words", of(&["x".repeat(5_000).as_str()])),
    ];
    refuses_until_right(&mut mira, refund.with("amount", "50").with("words", "A jar"), &wrong)
        .await;
    let plant = "insert into desk_tasks (id, kind, subject, order_id, detail, created_at)
                 values ('t-1', 'dispute', 'pay_1', null, 'Somebody asks for it back.', 1)";
    shop.meddles(plant).await;
    let task = mira.opens("/admin").await.page.form("/do/admin/task");
    let wrong = [("task", hostile_or(&["", "t-2", &ravi.order]))];
    refuses_until_right(&mut mira, task, &wrong).await;
}
