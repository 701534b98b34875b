//! Rate limits on the doors that guessers try, by the peer's address (OWASP ASVS 5.0, 6.3.1). Kept
//! in memory: each server of several counts for itself.

use crate::error::Refusal;
use crate::state::AppState;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;

/// The address a request comes from. `X-Forwarded-For` counts only behind a listed proxy, and then
/// only its last entry, which that proxy wrote itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

impl FromRequestParts<AppState> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Peer, Infallible> {
        let direct = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let direct = direct.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)).to_canonical();
        let trusted = app.config.trusted_proxies.contains(&direct);
        let forwarded = trusted.then(|| forwarded(&parts.headers)).flatten();
        Ok(Peer(household(forwarded.unwrap_or(direct))))
    }
}

/// The last entry of the last line: a proxy may add a line of its own below the client's.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    last.rsplit(',').next()?.trim().parse::<IpAddr>().ok().map(|ip| ip.to_canonical())
}

/// Whoever has one IPv6 address has 2^64 of them (RFC 6177): they count as one.
fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(long) => Ipv6Addr::from_bits(long.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

/// One door's limit: so many at once, refilled over a minute.
#[derive(Debug)]
pub struct Limit {
    /// Tries at once, and in a minute.
    pub times: u32,
    by_key: Counted,
    clock: DefaultClock,
}

type Counted =
    RateLimiter<String, DefaultKeyedStateStore<String>, DefaultClock, StateInformationMiddleware>;

impl Limit {
    fn per_minute(times: u32) -> Limit {
        let quota = Quota::per_minute(NonZeroU32::new(times).unwrap_or(NonZeroU32::MIN));
        let by_key = RateLimiter::keyed(quota).with_middleware();
        Limit { times, by_key, clock: DefaultClock::default() }
    }

    /// Counts one try for `key` and tells how many are left at once; past the limit a 429 that says
    /// how long to wait.
    pub fn count(&self, key: impl ToString) -> Result<u32, Refusal> {
        let counted = self.by_key.check_key(&key.to_string());
        counted.map(|state| state.remaining_burst_capacity()).map_err(|wait| {
            let seconds = wait.wait_time_from(self.clock.now()).as_secs() + 1;
            Refusal {
                retry_after: Some(seconds),
                ..Refusal::new(429, format!("Too many tries. Please wait {seconds} seconds."))
            }
        })
    }

    /// Forgets keys that are full again, so that memory stays bounded.
    pub fn tidy(&self) {
        self.by_key.retain_recent();
        self.by_key.shrink_to_fit();
    }
}

#[derive(Debug)]
pub struct Limits {
    pub sign_in: Limit,
    /// By the e-mail address that is tried, whoever tries it.
    pub sign_in_account: Limit,
    pub sign_up: Limit,
    pub reset: Limit,
    pub email_check: Limit,
    pub place_order: Limit,
    /// Everything that a program asks of the API.
    pub api: Limit,
}

impl Limits {
    pub fn new(api_per_minute: u32) -> Limits {
        Limits {
            api: Limit::per_minute(api_per_minute),
            sign_in: Limit::per_minute(10),
            sign_in_account: Limit::per_minute(10),
            sign_up: Limit::per_minute(5),
            reset: Limit::per_minute(5),
            email_check: Limit::per_minute(20),
            place_order: Limit::per_minute(20),
        }
    }

    pub fn tidy(&self) {
        for limit in [
            &self.sign_in,
            &self.sign_in_account,
            &self.sign_up,
            &self.reset,
            &self.email_check,
            &self.place_order,
            &self.api,
        ] {
            limit.tidy();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_proxy_wrote_itself_counts() {
        let mut headers = HeaderMap::new();
        assert_eq!(forwarded(&headers), None);
        headers.append("x-forwarded-for", "6.6.6.6, 203.0.113.7".parse().unwrap());
        assert_eq!(forwarded(&headers), "203.0.113.7".parse().ok());
        headers.append("x-forwarded-for", "::ffff:198.51.100.9".parse().unwrap());
        assert_eq!(forwarded(&headers), "198.51.100.9".parse().ok());
        headers.append("x-forwarded-for", "nobody".parse().unwrap());
        assert_eq!(forwarded(&headers), None);
    }

    #[test]
    fn a_household_counts_once() {
        let of = |text: &str| household(text.parse().unwrap()).to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("203.0.113.7"), "203.0.113.7");
    }

    #[test]
    fn the_next_try_past_the_limit_waits() {
        let limit = Limit::per_minute(3);
        for _ in 0..3 {
            limit.count("a").unwrap();
        }
        let refusal = limit.count("a").unwrap_err();
        assert_eq!(refusal.status, 429);
        assert!(refusal.retry_after.unwrap() >= 1);
        limit.count("b").unwrap();
    }
}
