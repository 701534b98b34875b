//! Settings of the JSON API.

use super::{Get, is_origin, number};

#[derive(Clone, Debug)]
pub struct Api {
    /// Sites whose pages may call the API from a browser (Fetch standard, CORS). None by default.
    pub origins: Vec<String>,
    /// Requests that one peer may make in a minute, all of them together.
    pub requests_per_minute: u32,
}

pub(super) fn api(get: &Get) -> Result<Api, String> {
    let list = get("KIRANA_API_ORIGINS").unwrap_or_default();
    let origins: Vec<String> = list
        .split(',')
        .map(|origin| origin.trim().trim_end_matches('/').to_owned())
        .filter(|origin| !origin.is_empty())
        .collect();
    if let Some(wrong) = origins.iter().find(|origin| !is_origin(origin)) {
        return Err(format!("KIRANA_API_ORIGINS: {wrong} must look like https://app.example"));
    }
    let requests = number(get, "KIRANA_API_REQUESTS_PER_MINUTE", 600, 1..=1_000_000)?;
    let requests_per_minute =
        u32::try_from(requests).map_err(|_| "KIRANA_API_REQUESTS_PER_MINUTE is too large")?;
    Ok(Api { origins, requests_per_minute })
}
