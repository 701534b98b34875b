//! The verbs of addresses. Callers own the transaction. Verbs that count or move the default hold
//! the account first, so that two at once take turns.

use super::{ADDRESSES_MAX, Address, AddressRefusal, NewAddress, queries};
use crate::account;
use crate::clock::{self, Moment};
use crate::db::Connection;
use crate::error::{Failed, Fault};

type Refused = Failed<AddressRefusal>;

/// The default first, then the newest.
pub async fn list(connection: &mut Connection, user_id: &str) -> Result<Vec<Address>, Fault> {
    Ok(queries::list_addresses(connection, user_id).await?)
}

/// The owner's address; another's is not found.
pub async fn find(
    connection: &mut Connection,
    user_id: &str,
    id: &str,
) -> Result<Option<Address>, Fault> {
    // An id comes from an address that anybody can type: nothing else than a short plain word is
    // asked for (PostgreSQL breaks on NUL).
    if id.len() > 64 || !id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Ok(None);
    }
    Ok(queries::find_address(connection, user_id, id).await?)
}

/// Keeps a new address; the first one becomes the default. Returns its id.
pub async fn add(
    connection: &mut Connection,
    user_id: &str,
    address: &NewAddress,
    now: Moment,
) -> Result<String, Refused> {
    account::service::hold(connection, user_id).await?;
    let count = queries::count_addresses(connection, user_id).await?;
    if count >= ADDRESSES_MAX {
        return Err(Failed::Refused(AddressRefusal::TooMany));
    }
    let id = clock::new_id();
    let default_since = (count == 0).then_some(now);
    queries::insert_address(connection, user_id, &id, address, default_since, now).await?;
    Ok(id)
}

/// Writes an address anew. Orders placed with it keep the old one.
pub async fn change(
    connection: &mut Connection,
    user_id: &str,
    id: &str,
    address: &NewAddress,
    now: Moment,
) -> Result<(), Refused> {
    let found = queries::update_address(connection, user_id, id, address, now).await?;
    if found { Ok(()) } else { Err(not_found()) }
}

/// Takes an address away. If it was the default, the newest of the others becomes it.
pub async fn delete(
    connection: &mut Connection,
    user_id: &str,
    id: &str,
    now: Moment,
) -> Result<(), Refused> {
    account::service::hold(connection, user_id).await?;
    let was_default = queries::delete_address(connection, user_id, id).await?;
    if was_default.ok_or(not_found())? {
        queries::update_newest_to_default(connection, user_id, now).await?;
    }
    Ok(())
}

/// Makes this address the one that checkout proposes.
pub async fn make_default(
    connection: &mut Connection,
    user_id: &str,
    id: &str,
    now: Moment,
) -> Result<(), Refused> {
    account::service::hold(connection, user_id).await?;
    queries::clear_default(connection, user_id).await?;
    let found = queries::update_default(connection, user_id, id, now).await?;
    if found { Ok(()) } else { Err(not_found()) }
}

fn not_found() -> Refused {
    Failed::Refused(AddressRefusal::NotFound)
}
