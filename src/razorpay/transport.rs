//! How this room opens HTTP connections: the one place that sets up TLS, proxies and redirects.

use reqwest::{ClientBuilder, Url, redirect};
use rustls::crypto::{CryptoProvider, ring};

/// Chooses the process's TLS library, unless that is done. reqwest makes no client before.
pub(super) fn choose_tls() {
    if CryptoProvider::get_default().is_none() {
        // A second caller at the same moment may win; either way a provider is there afterwards.
        let _ = ring::default_provider().install_default();
    }
}

/// A builder for talking to `address`: redirects are answers, never followed, and a loopback
/// address is reached without any proxy from the environment.
pub(super) fn builder(address: &Url) -> ClientBuilder {
    choose_tls();
    let mut builder = reqwest::Client::builder()
        .redirect(redirect::Policy::none())
        // Razorpay documents that `Authorization` must be spelled exactly so.
        .http1_title_case_headers();
    if address.scheme() == "http" {
        // No TLS will be spoken: a machine without root certificates is no obstacle.
        builder = builder.tls_certs_only([]);
    }
    if is_loopback(address) { builder.no_proxy() } else { builder }
}

fn is_loopback(address: &Url) -> bool {
    match address.host_str() {
        Some("localhost") => true,
        Some(host) => {
            let bare = host.trim_start_matches('[').trim_end_matches(']');
            bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_recognised_in_its_three_forms() {
        let yes = ["http://localhost:3001", "http://127.0.0.1/", "http://[::1]:80/"];
        let no = ["https://api.razorpay.com", "http://127.0.0.1.example.com/", "http://10.0.0.1/"];
        assert!(yes.iter().all(|text| is_loopback(&text.parse().unwrap())));
        assert!(!no.iter().any(|text| is_loopback(&text.parse().unwrap())));
    }
}
