//! What is wrong with a form, gathered field by field, so that the visitor hears everything at
//! once.

#[derive(Clone, Debug, Default)]
pub struct Complaints(Vec<(String, String)>);

impl Complaints {
    /// The parsed value; or nothing, and the message is kept for the field.
    pub fn keep<T>(&mut self, field: &str, parsed: Result<T, impl Into<String>>) -> Option<T> {
        parsed.map_err(|message| self.add(field, message)).ok()
    }

    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.push((field.to_owned(), message.into()));
    }

    /// Field names and messages, in the order of the form.
    pub fn into_fields(self) -> Vec<(String, String)> {
        self.0
    }
}
