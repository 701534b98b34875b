//! What visitors do in a shop: put into the cart, change it, sign in, place an order.

use super::page::select;
use super::{Form, Visitor};
use scraper::Html;

/// An address in the seller's state, Karnataka.
pub const HOME: [(&str, &str); 6] = [
    ("name", "Asha Rao"),
    ("phone", "98765 43210"),
    ("line1", "12, MG Road"),
    ("city", "Bengaluru"),
    ("state", "29"),
    ("pin", "560001"),
];

/// One outside it, in Maharashtra.
pub const AWAY: [(&str, &str); 6] = [
    ("name", "Asha Rao"),
    ("phone", "98765 43210"),
    ("line1", "7, Marine Drive"),
    ("city", "Mumbai"),
    ("state", "27"),
    ("pin", "400001"),
];

pub const PASSWORD: &str = "green tea, no sugar";

impl Visitor {
    /// From the product's page into the cart.
    pub async fn adds(&mut self, slug: &str, units: i64) -> &mut Visitor {
        self.adds_typed(slug, &units.to_string()).await
    }

    /// The same with whatever stands in the quantity's field.
    pub async fn adds_typed(&mut self, slug: &str, quantity: &str) -> &mut Visitor {
        let form = self.opens(&format!("/products/{slug}")).await.page.form("/do/cart/add");
        self.sends(form.with("quantity", quantity)).await
    }

    /// The add form of a product page that is still open, from before whatever happened since.
    pub async fn adds_from_an_old_page(&mut self, slug: &str, units: i64) -> &mut Visitor {
        let (id, units) = (self.shop.product(slug).await.id, units.to_string());
        let back = format!("/products/{slug}");
        let fields = [("product", &id), ("back", &back), ("quantity", &units)];
        self.posts("/do/cart/add", &fields).await.follows().await
    }

    /// The form on the cart's page that sets this product's line.
    pub async fn line_form(&self, action: &str, slug: &str) -> Form {
        let product = self.shop.product(slug).await.id;
        let mut forms = self.page.forms(action).into_iter();
        let found = forms.find(|form| form.value("product") == product);
        found.unwrap_or_else(|| panic!("no {action} for {slug}: {}", self.page.text()))
    }

    /// Types a quantity on the cart's page that is open in this tab, however old, and updates.
    pub async fn sets(&mut self, slug: &str, quantity: &str) -> &mut Visitor {
        let form = self.line_form("/do/cart/set", slug).await;
        self.sends(form.with("quantity", quantity)).await
    }

    pub async fn removes(&mut self, slug: &str) -> &mut Visitor {
        let form = self.line_form("/do/cart/remove", slug).await;
        self.sends(form).await
    }

    pub async fn empties_the_cart(&mut self) -> &mut Visitor {
        let form = self.page.form("/do/cart/empty");
        self.sends(form).await
    }

    /// Opens the cart: slugs and units, in the order of the page.
    pub async fn cart(&mut self) -> Vec<(String, i64)> {
        self.opens("/cart").await.got(200);
        self.cart_on_page()
    }

    /// The cart on the page that is open.
    pub fn cart_on_page(&self) -> Vec<(String, i64)> {
        let html = Html::parse_document(&self.page.body);
        let (name, price) = (select("a.line-name"), select(".line-price"));
        let line = |line: scraper::ElementRef<'_>| {
            let address = line.select(&name).next().unwrap().attr("href").unwrap();
            let sum: String = line.select(&price).next().unwrap().text().collect();
            let units = sum.split(['×', '=']).nth(1).unwrap().trim().parse().unwrap();
            (address.rsplit('/').next().unwrap().to_owned(), units)
        };
        html.select(&select("li.line")).map(line).collect()
    }

    /// Opens the cart and finds exactly these lines, in any order.
    pub async fn has_in_the_cart(&mut self, lines: &[(&str, i64)]) -> &mut Visitor {
        let (mut cart, mut lines) = (self.cart().await, lines.to_vec());
        cart.sort();
        lines.sort();
        let cart: Vec<(&str, i64)> = cart.iter().map(|(slug, n)| (slug.as_str(), *n)).collect();
        assert_eq!(cart, lines);
        self
    }

    /// The number beside the cart's link in the header.
    pub fn badge(&self) -> i64 {
        let badge = self.page.texts(".cart-link .badge");
        badge.first().and_then(|text| text.parse().ok()).unwrap_or(0)
    }

    /// Asks for an account, opens the letter's link, presses the button.
    pub async fn makes_an_account(&mut self, email: &str) -> &mut Visitor {
        self.asks_for_an_account(email).await.is_at("/sign-up/sent");
        let link = self.shop.link_in_letter_to(email).await;
        let form = self.opens(&link).await.page.form("/do/account/confirm");
        self.sends(form).await.is_at("/account")
    }

    pub async fn asks_for_an_account(&mut self, email: &str) -> &mut Visitor {
        let form = self.opens("/sign-up").await.page.form("/do/account/sign-up");
        let known = [("name", "Asha Rao"), ("email", email), ("password", PASSWORD)];
        self.sends(form.filled(&known)).await
    }

    pub async fn signs_in(&mut self, email: &str) -> &mut Visitor {
        self.signs_in_with(email, PASSWORD).await
    }

    pub async fn signs_in_with(&mut self, email: &str, password: &str) -> &mut Visitor {
        let form = self.opens("/sign-in").await.page.form("/do/account/sign-in");
        self.sends(form.with("email", email).with("password", password)).await
    }

    pub async fn signs_out(&mut self) -> &mut Visitor {
        let form = self.opens("/account").await.page.form("/do/account/sign-out");
        self.sends(form).await
    }

    /// Adds an address to the account's book.
    pub async fn keeps_an_address(&mut self, address: &[(&str, &str)]) -> &mut Visitor {
        let form = self.opens("/account/addresses/new").await.page.form("/do/address/add");
        self.sends(form.filled(address)).await
    }

    /// The checkout page's form with everything filled in.
    pub async fn checkout_form(&mut self, email: &str, address: &[(&str, &str)]) -> Form {
        let form = self.opens("/checkout").await.is_at("/checkout").page.form("/do/checkout/place");
        let form = if form.has("email") { form.with("email", email) } else { form };
        let form = if form.has("address") { form.with("address", "new") } else { form };
        form.filled(address)
    }

    /// Places the cart as an order to [`HOME`] and stands on the pay page.
    pub async fn places_the_order(&mut self) -> &mut Visitor {
        let form = self.checkout_form("asha@example.in", &HOME).await;
        self.sends(form).await.is_at("/checkout/pay/")
    }

    /// The shop's id of the order whose pay page is open.
    #[track_caller]
    pub fn order(&self) -> String {
        let rest = self.page.path.strip_prefix("/checkout/pay/");
        let rest = rest.unwrap_or_else(|| panic!("not at a pay page: {}", self.page.path));
        rest.split('?').next().unwrap().to_owned()
    }

    /// The gateway's id of the order whose pay page is open.
    pub fn gateway_order(&self) -> String {
        let form = self.page.form(&format!("{}/v1/checkout", self.shop.gateway.url));
        form.value("order_id").to_owned()
    }
}
