//! Settings: the only reader of the environment. With `DEBUG=False` the shop refuses to start on
//! anything missing or nonsensical, naming the variable.

mod api;

pub use api::Api;

use crate::money::{Paise, TaxRate};
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;

pub const DEMO_KEY_ID: &str = "rzp_test_KiranaDemo0001";
pub const DEMO_KEY_SECRET: &str = "kirana-demo-secret";
pub const DEMO_WEBHOOK_SECRET: &str = "kirana-demo-webhook";
const RAZORPAY: &str = "https://api.razorpay.com";

/// Where the money goes through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GatewayMode {
    /// The built-in simulator: nothing is set, no real money.
    Simulator,
    Test,
    Live,
}

impl GatewayMode {
    pub fn as_str(&self) -> &'static str {
        match self {
            GatewayMode::Simulator => "simulator",
            GatewayMode::Test => "test",
            GatewayMode::Live => "live",
        }
    }
}

/// A value that never shows itself in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[derive(Clone, Debug)]
pub struct Config {
    /// Development or demonstration; off in production.
    pub debug: bool,
    pub data: PathBuf,
    pub database_url: String,
    /// The address that shoppers type, without a trailing slash.
    pub public_url: String,
    pub session_secret: Option<Secret>,
    /// What `SESSION_SECRET` was before: links in letters that were signed with it still open.
    pub session_secret_previous: Option<Secret>,
    /// Who brings it may read `/metrics`.
    pub metrics_token: Option<Secret>,
    pub gateway: Gateway,
    pub shop: Shop,
    pub mail: Mail,
    pub api: Api,
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// How many times faster than the wall the shop's clock runs (demonstrations only).
    pub clock_speed: u32,
}

impl Config {
    /// Is the shop reached over https, so that cookies may be marked Secure?
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

#[derive(Clone, Debug)]
pub struct Gateway {
    pub mode: GatewayMode,
    pub api_url: String,
    pub checkout_script: String,
    /// Where the hosted page is: scheme and host.
    pub checkout_url: String,
    /// The merchant's, not those of the demonstration.
    pub has_own_keys: bool,
    pub key_id: String,
    pub key_secret: Secret,
    /// What the key's secret was before it was rolled: a shopper may have begun to pay with it.
    pub key_secret_previous: Option<Secret>,
    /// Current, then previous: both are accepted while the dashboard's change is in flight.
    pub webhook_secrets: Vec<Secret>,
    pub simulator_addr: SocketAddr,
}

/// What the shop is called and how it reckons.
#[derive(Clone, Debug)]
pub struct Shop {
    pub name: String,
    /// Two-digit GST code of the state the seller is registered in.
    pub state: String,
    pub shipping: Paise,
    /// From this subtotal on, shipping costs nothing.
    pub shipping_free_from: Paise,
    pub shipping_tax: TaxRate,
    /// How long an unpaid order keeps its units, in minutes.
    pub hold_minutes: i64,
}

#[derive(Clone, Debug)]
pub struct Mail {
    pub smtp_url: Option<Secret>,
    pub from: String,
}

/// Reads the environment through `get`, so that a test can bring its own.
pub fn read(get: &dyn Fn(&str) -> Option<String>) -> Result<Config, String> {
    let get = |name: &str| get(name).filter(|value| !value.trim().is_empty());
    let debug = flag(&get, "DEBUG", true)?;
    let data = PathBuf::from(get("KIRANA_DATA").unwrap_or_else(|| "data".to_owned()));
    let database_url = match get("DATABASE_URL") {
        Some(url) if is_database(&url) => url,
        Some(_) => {
            let words = "DATABASE_URL must be postgres://… or sqlite: and the path of a file";
            return Err(words.to_owned());
        }
        None => format!("sqlite:{}", data.join("kirana.db").display()),
    };
    let clock_speed = number(&get, "KIRANA_CLOCK_SPEED", 1, 1..=100_000)?;
    let config = Config {
        debug,
        database_url,
        data,
        public_url: public_url(&get, debug)?,
        session_secret: get("SESSION_SECRET").map(Secret),
        session_secret_previous: get("SESSION_SECRET_PREVIOUS").map(Secret),
        metrics_token: get("KIRANA_METRICS_TOKEN").map(Secret),
        gateway: gateway(&get)?,
        shop: shop(&get)?,
        mail: Mail {
            smtp_url: get("SMTP_URL").map(Secret),
            from: get("KIRANA_MAIL_FROM").unwrap_or_else(|| "Kirana <shop@localhost>".to_owned()),
        },
        api: api::api(&get)?,
        trusted_proxies: proxies(&get)?,
        clock_speed: u32::try_from(clock_speed).map_err(|_| "KIRANA_CLOCK_SPEED is too large")?,
    };
    if !debug {
        fit_for_production(&config)?;
    }
    Ok(config)
}

/// A database in memory would be another one for each connection.
fn is_database(url: &str) -> bool {
    match url.strip_prefix("sqlite:") {
        Some(path) => !path.trim_matches('/').is_empty() && !path.contains(":memory:"),
        None => url.starts_with("postgres://") || url.starts_with("postgresql://"),
    }
}

/// Reads the process's environment. `listen` is the address that the server was told to use.
pub fn from_env(listen: &str) -> Result<Config, String> {
    read(&|name| match name {
        "LEPTOS_SITE_ADDR" => Some(listen.to_owned()),
        _ => std::env::var(name).ok(),
    })
}

/// Should the log be JSON, one object a line? Refuses any other word.
pub fn logs_json() -> Result<bool, String> {
    match std::env::var("KIRANA_LOG").as_deref() {
        Ok("json") => Ok(true),
        Ok("") | Err(_) => Ok(false),
        Ok(other) => Err(format!("KIRANA_LOG is {other:?}: write json, or leave it out")),
    }
}

/// Key id, key secret and webhook secret for a simulator that runs by itself.
pub fn simulator_keys() -> (Option<String>, Option<String>, Option<String>) {
    let get = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    (get("RAZORPAY_KEY_ID"), get("RAZORPAY_KEY_SECRET"), get("RAZORPAY_WEBHOOK_SECRET"))
}

type Get<'a> = dyn Fn(&str) -> Option<String> + 'a;

fn gateway(get: &Get) -> Result<Gateway, String> {
    let simulator_addr: SocketAddr = get("KIRANA_SIMULATOR_ADDR")
        .unwrap_or_else(|| "127.0.0.1:3001".to_owned())
        .parse()
        .map_err(|_| "KIRANA_SIMULATOR_ADDR must look like 127.0.0.1:3001")?;
    let key_id = get("RAZORPAY_KEY_ID");
    let api_url = get("RAZORPAY_API_URL").map(|url| url.trim_end_matches('/').to_owned());
    if api_url.as_ref().is_some_and(|url| !is_origin(url)) {
        return Err("RAZORPAY_API_URL must look like https://api.razorpay.com".into());
    }
    let mode = match (&key_id, &api_url) {
        (Some(id), _) if id.starts_with("rzp_live_") => GatewayMode::Live,
        (Some(id), _) if id.starts_with("rzp_test_") => GatewayMode::Test,
        (Some(_), _) => return Err("RAZORPAY_KEY_ID must begin with rzp_test_ or rzp_live_".into()),
        (None, Some(_)) => GatewayMode::Test,
        (None, None) => GatewayMode::Simulator,
    };
    if key_id.is_some() && get("RAZORPAY_KEY_SECRET").is_none() {
        return Err("RAZORPAY_KEY_SECRET is missing beside RAZORPAY_KEY_ID".into());
    }
    // Another host name than the shop's, so that cookies behave as with the real gateway.
    let (ip, port) = (simulator_addr.ip(), simulator_addr.port());
    let simulator = match ip.is_loopback() || ip.is_unspecified() {
        true => format!("http://localhost:{port}"),
        false => format!("http://{simulator_addr}"),
    };
    let api_url = match (&mode, api_url) {
        (GatewayMode::Simulator, _) => simulator,
        (_, Some(url)) => url,
        _ => RAZORPAY.to_owned(),
    };
    // Razorpay's other hosts (such as the one with fixed addresses) are for servers: browsers go to
    // the usual ones.
    let (checkout_url, checkout_script) = match api_url.ends_with("razorpay.com") {
        true => (RAZORPAY.to_owned(), "https://checkout.razorpay.com/v1/checkout.js".to_owned()),
        false => (api_url.clone(), format!("{api_url}/v1/checkout.js")),
    };
    let mut webhook_secrets: Vec<Secret> =
        ["RAZORPAY_WEBHOOK_SECRET", "RAZORPAY_WEBHOOK_SECRET_PREVIOUS"]
            .iter()
            .filter_map(|name| get(name).map(Secret))
            .collect();
    if webhook_secrets.is_empty() && mode == GatewayMode::Simulator {
        webhook_secrets.push(Secret(DEMO_WEBHOOK_SECRET.to_owned()));
    }
    Ok(Gateway {
        has_own_keys: key_id.is_some(),
        mode,
        api_url,
        checkout_script,
        checkout_url,
        key_id: key_id.unwrap_or_else(|| DEMO_KEY_ID.to_owned()),
        key_secret: Secret(
            get("RAZORPAY_KEY_SECRET").unwrap_or_else(|| DEMO_KEY_SECRET.to_owned()),
        ),
        key_secret_previous: get("RAZORPAY_KEY_SECRET_PREVIOUS").map(Secret),
        webhook_secrets,
        simulator_addr,
    })
}

fn shop(get: &Get) -> Result<Shop, String> {
    let state = get("KIRANA_SELLER_STATE").unwrap_or_else(|| "29".to_owned());
    if !crate::address::is_state_code(&state) {
        return Err("KIRANA_SELLER_STATE must be a GST state code such as 29 (Karnataka)".into());
    }
    let free = 0..=1_000_000_000_000;
    Ok(Shop {
        name: get("KIRANA_SHOP_NAME").unwrap_or_else(|| "Kirana".to_owned()),
        state,
        shipping: Paise(number(get, "KIRANA_SHIPPING_PAISE", 4_900, 0..=10_000_000)?),
        shipping_free_from: Paise(number(get, "KIRANA_SHIPPING_FREE_FROM_PAISE", 49_900, free)?),
        shipping_tax: TaxRate(number(get, "KIRANA_SHIPPING_TAX_BP", 1_800, 0..=10_000)?),
        // Three days: the check calls an order forgotten that waits for longer than four.
        hold_minutes: number(get, "KIRANA_HOLD_MINUTES", 30, 1..=4_320)?,
    })
}

fn public_url(get: &Get, debug: bool) -> Result<String, String> {
    let url = match get("KIRANA_PUBLIC_URL") {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None if debug => {
            let listen = get("LEPTOS_SITE_ADDR").unwrap_or_else(|| "127.0.0.1:3000".to_owned());
            // "Everywhere" is no address that anybody could open.
            format!("http://{}", listen.replace("0.0.0.0:", "127.0.0.1:"))
        }
        None => return Err("KIRANA_PUBLIC_URL is missing (https://…, as shoppers type it)".into()),
    };
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return Err("KIRANA_PUBLIC_URL must begin with https://".into());
    }
    Ok(url)
}

fn fit_for_production(config: &Config) -> Result<(), String> {
    let missing = |name: &str, why: &str| Err(format!("DEBUG=False, but {name} {why}"));
    if config.gateway.mode == GatewayMode::Simulator || !config.gateway.has_own_keys {
        return missing("RAZORPAY_KEY_ID", "is missing");
    }
    if !config.gateway.api_url.starts_with("https://") {
        return missing("RAZORPAY_API_URL", "does not begin with https://");
    }
    if config.gateway.webhook_secrets.is_empty() {
        return missing("RAZORPAY_WEBHOOK_SECRET", "is missing");
    }
    if !config.is_https() {
        return missing("KIRANA_PUBLIC_URL", "does not begin with https://");
    }
    match &config.session_secret {
        None => return missing("SESSION_SECRET", "is missing (32 random characters or more)"),
        Some(Secret(text)) if text.len() < 32 => {
            return missing("SESSION_SECRET", "is shorter than 32 characters");
        }
        Some(_) => {}
    }
    if config.mail.smtp_url.is_none() {
        return missing("SMTP_URL", "is missing: no letter would leave");
    }
    if config.mail.from.contains("@localhost") {
        return missing("KIRANA_MAIL_FROM", "is missing or ends in @localhost");
    }
    if config.clock_speed != 1 {
        return missing("KIRANA_CLOCK_SPEED", "is set: only a demonstration may speed the clock");
    }
    Ok(())
}

/// Scheme and host, and nothing behind them.
fn is_origin(url: &str) -> bool {
    let Ok(uri) = url.parse::<axum::http::Uri>() else { return false };
    matches!(uri.scheme_str(), Some("http" | "https"))
        && uri.host().is_some_and(|host| !host.is_empty())
        && uri.path_and_query().is_none_or(|rest| rest.as_str() == "/")
}

fn proxies(get: &Get) -> Result<Vec<IpAddr>, String> {
    let list = get("KIRANA_TRUSTED_PROXIES").unwrap_or_default();
    list.split(',')
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(|text| {
            let ip: Result<IpAddr, _> = text.parse();
            ip.map(|ip| ip.to_canonical())
                .map_err(|_| format!("KIRANA_TRUSTED_PROXIES: bad address {text}"))
        })
        .collect()
}

fn flag(get: &Get, name: &str, default: bool) -> Result<bool, String> {
    match get(name).map(|value| value.to_ascii_lowercase()).as_deref() {
        None => Ok(default),
        Some("true" | "1" | "yes" | "on") => Ok(true),
        Some("false" | "0" | "no" | "off") => Ok(false),
        Some(_) => Err(format!("{name} must be True or False")),
    }
}

fn number(get: &Get, name: &str, default: i64, range: RangeInclusive<i64>) -> Result<i64, String> {
    let Some(text) = get(name) else { return Ok(default) };
    text.trim().parse().ok().filter(|value| range.contains(value)).ok_or_else(|| {
        format!("{name} must be a whole number from {} to {}", range.start(), range.end())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&str, &str)]) -> Result<Config, String> {
        read(&|name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    #[test]
    fn an_empty_environment_is_a_demonstration() {
        let config = with(&[]).unwrap();
        assert_eq!(config.gateway.mode, GatewayMode::Simulator);
        assert_eq!(config.gateway.api_url, "http://localhost:3001");
        assert_eq!(config.public_url, "http://127.0.0.1:3000");
    }

    #[test]
    fn production_names_what_is_missing() {
        let mut set = vec![("DEBUG", "False"), ("KIRANA_PUBLIC_URL", "https://shop.example")];
        for (name, value) in [
            ("RAZORPAY_KEY_ID", "rzp_live_AAAAAAAAAAAAAA"),
            ("RAZORPAY_KEY_SECRET", "secret"),
            ("RAZORPAY_WEBHOOK_SECRET", "hook"),
            ("SESSION_SECRET", "0123456789abcdef0123456789abcdef"),
            ("SMTP_URL", "smtps://mail.example.in"),
            ("KIRANA_MAIL_FROM", "Shop <shop@example.in>"),
        ] {
            let told = with(&set).unwrap_err();
            assert!(told.contains(name), "{told}");
            set.push((name, value));
        }
        assert_eq!(with(&set).unwrap().gateway.mode, GatewayMode::Live);
        // The demonstration's keys are known to everybody, and so is what travels without TLS.
        let url = ("RAZORPAY_API_URL", "http://pay.example");
        set.insert(0, url);
        assert!(with(&set).unwrap_err().contains("RAZORPAY_API_URL"));
        let secure = ("RAZORPAY_API_URL", "https://pay.example");
        let others = set.iter().skip(1).filter(|(name, _)| *name != "RAZORPAY_KEY_ID").copied();
        let keyless: Vec<_> = [secure].into_iter().chain(others).collect();
        assert!(with(&keyless).unwrap_err().contains("RAZORPAY_KEY_ID"));
    }

    #[test]
    fn nonsense_is_named() {
        for (name, value) in [
            ("DEBUG", "perhaps"),
            ("KIRANA_SHIPPING_PAISE", "-1"),
            ("KIRANA_SHIPPING_PAISE", "9223372036854775807"),
            ("KIRANA_HOLD_MINUTES", "0"),
            ("KIRANA_HOLD_MINUTES", "4321"),
            ("KIRANA_HOLD_MINUTES", "9223372036854775807"),
            ("KIRANA_CLOCK_SPEED", "0"),
            ("KIRANA_SHIPPING_TAX_BP", "10001"),
            ("DATABASE_URL", "sqlite:"),
            ("DATABASE_URL", "sqlite::memory:"),
            ("RAZORPAY_API_URL", "foo"),
            ("KIRANA_SELLER_STATE", "77"),
            ("RAZORPAY_KEY_ID", "key"),
            ("DATABASE_URL", "mysql://x"),
            ("KIRANA_TRUSTED_PROXIES", "10.0.0.0/8"),
            ("KIRANA_API_ORIGINS", "https://app.example, *"),
            ("KIRANA_API_ORIGINS", "https://app.example/shop"),
            ("KIRANA_API_REQUESTS_PER_MINUTE", "0"),
        ] {
            assert!(with(&[(name, value)]).unwrap_err().contains(name));
        }
    }

    #[test]
    fn secrets_do_not_show() {
        let text = format!("{:?}", with(&[("SESSION_SECRET", "hush")]).unwrap());
        assert!(!text.contains("hush") && !text.contains(DEMO_KEY_SECRET));
    }
}
