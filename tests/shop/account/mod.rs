//! Who someone is: sign-up, sign-in, passwords, profile, addresses; and that strangers learn
//! nothing.

mod addresses;
mod limits;
mod passwords;
mod sign_in;
mod sign_up;
