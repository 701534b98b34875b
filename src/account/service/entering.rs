//! Coming in: a password is checked, a session begins, a guest's cart joins the account's.

use crate::account::passwords::{self, PasswordHasher};
use crate::account::queries::{self, Account};
use crate::account::session::{self, Fresh};
use crate::account::{AccountRefusal, Email, User};
use crate::cart;
use crate::clock::Moment;
use crate::db::{Connection, Db};
use crate::error::{Failed, Fault};

type Refused = Failed<AccountRefusal>;

/// Somebody whose password was just checked. Made by [`check_sign_in`] alone.
#[derive(Clone)]
pub struct Proven {
    pub(super) user: User,
    pub(super) password_hash: String,
}

impl Proven {
    pub fn user(&self) -> &User {
        &self.user
    }

    /// Holds the account's row if the password is still the one that was checked: a change of
    /// password at the same moment waits, and then ends what is begun here.
    pub async fn hold(&self, connection: &mut Connection) -> Result<bool, Fault> {
        Ok(queries::lock_user_if(connection, &self.user.id, &self.password_hash).await?)
    }
}

/// A visitor signed in: the new session, and what became of the cart, in words.
#[derive(Debug)]
pub struct Entered {
    pub session: Fresh,
    pub user: User,
    pub notice: Option<String>,
}

/// Is this the password of that account? Takes as long where there is no such account. A hash made
/// with older parameters is made anew on the way.
pub async fn check_sign_in(
    db: &Db,
    hasher: &PasswordHasher,
    email: &Email,
    password: &str,
    now: Moment,
) -> Result<Proven, Refused> {
    let mut connection = db.read.acquire().await?;
    let found = queries::find_account(&mut connection, email).await?;
    drop(connection);
    let stored = found.as_ref().map(|account| account.password_hash.clone());
    let fits = hasher.verify(password, stored).await?;
    let Some(Account { user, mut password_hash }) = found.filter(|_| fits) else {
        return Err(Failed::Refused(AccountRefusal::NotRight));
    };
    if passwords::is_outdated(&password_hash) {
        let made = hasher.hash(password).await?;
        let mut connection = db.write.acquire().await?;
        let old = &password_hash;
        if queries::update_password_if(&mut connection, &user.id, old, &made, now).await? {
            password_hash = made;
        }
    }
    Ok(Proven { user, password_hash })
}

/// Signs in: the session's id changes and a guest's cart joins the account's, in this transaction.
/// Refused when the password was changed since it was checked.
pub async fn sign_in(
    connection: &mut Connection,
    proven: &Proven,
    old_session: Option<&str>,
    now: Moment,
) -> Result<Entered, Refused> {
    if !proven.hold(connection).await? {
        return Err(Failed::Refused(AccountRefusal::NotRight));
    }
    Ok(enter(connection, proven.user.clone(), old_session, now).await?)
}

pub(super) async fn enter(
    connection: &mut Connection,
    user: User,
    old_session: Option<&str>,
    now: Moment,
) -> Result<Entered, Fault> {
    let notice = match old_session {
        Some(old) => bring_cart(connection, old, &user.id, now).await?,
        None => None,
    };
    let session = session::begin(connection, Some(&user.id), now).await?;
    Ok(Entered { session, user, notice })
}

/// A guest's cart joins the account's, and the session that it hung on ends. Returns what to tell
/// the shopper, if anything; a second call finds nothing to do.
async fn bring_cart(
    connection: &mut Connection,
    guest_session: &str,
    user_id: &str,
    now: Moment,
) -> Result<Option<String>, Fault> {
    // First, so that what is added at the same time either waits and finds no session any more, or
    // is in the cart already.
    queries::delete_session(connection, guest_session).await?;
    cart::merge(connection, guest_session, user_id, now).await
}

/// The same for a guest who is known by a cart token.
pub async fn bring_cart_by_token(
    connection: &mut Connection,
    cart_token: &str,
    user_id: &str,
    now: Moment,
) -> Result<Option<String>, Fault> {
    let guest = session::hash(cart_token);
    // First, as there. A signed-in browser's session is no cart token, and stays.
    queries::delete_guest_session(connection, &guest).await?;
    cart::merge(connection, &guest, user_id, now).await
}
