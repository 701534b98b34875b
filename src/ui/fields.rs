//! Form fields: label, hint, control and message belong together for eyes and for screen readers
//! (WCAG 2.2: 1.3.1, 3.3.1, 3.3.2). A field's id is its name unless another is given, so the error
//! summary can link to it.

use leptos::prelude::*;

/// What every kind of field has in common.
struct Around {
    label: String,
    id: String,
    required: bool,
    hint: String,
    error: Option<String>,
}

impl Around {
    fn new(
        label: String,
        name: &str,
        id: String,
        required: bool,
        hint: String,
        error: Option<String>,
    ) -> Around {
        let id = if id.is_empty() { name.to_owned() } else { id };
        Around { label, id, required, hint, error }
    }

    /// The ids of what describes the control; none, no attribute.
    fn described_by(&self) -> Option<String> {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.id));
        let error = self.error.is_some().then(|| format!("{}-error", self.id));
        let ids: Vec<String> = hint.into_iter().chain(error).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    fn invalid(&self) -> Option<&'static str> {
        self.error.is_some().then_some("true")
    }

    fn hint(&self) -> Option<AnyView> {
        let id = format!("{}-hint", self.id);
        let hint = self.hint.clone();
        (!hint.is_empty()).then(|| view! { <p class="hint" id=id>{hint}</p> }.into_any())
    }

    fn message(&self) -> Option<AnyView> {
        let id = format!("{}-error", self.id);
        self.error.clone().map(|text| {
            view! {
                <p class="error" id=id><span class="visually-hidden">"Error: "</span>{text}</p>
            }
            .into_any()
        })
    }

    fn wrap(self, control: AnyView) -> AnyView {
        let optional =
            (!self.required).then(|| view! { <span class="optional">" (optional)"</span> });
        let (hint, message) = (self.hint(), self.message());
        view! {
            <div class="field" class:is-wrong=self.error.is_some()>
                <label for=self.id>{self.label}{optional}</label>
                {hint}
                {control}
                {message}
            </div>
        }
        .into_any()
    }
}

fn given(text: &'static str) -> Option<&'static str> {
    (!text.is_empty()).then_some(text)
}

/// A one-line field. `kind` is the input's type; a field that is not `required` says "(optional)".
#[component]
pub fn Field(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    #[prop(into, default = String::new())] value: String,
    #[prop(into, default = None)] error: Option<String>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = "")] autocomplete: &'static str,
    #[prop(default = "")] inputmode: &'static str,
    #[prop(into, default = String::new())] hint: String,
    #[prop(into, default = String::new())] id: String,
    #[prop(default = false)] required: bool,
    #[prop(optional)] maxlength: Option<usize>,
    #[prop(optional)] minlength: Option<usize>,
) -> impl IntoView {
    let around = Around::new(label, &name, id, required, hint, error);
    let spellcheck = matches!(kind, "email" | "password" | "tel").then_some("false");
    let control = view! {
        <input
            type=kind
            id=around.id.clone()
            name=name
            value=value
            required=required
            autocomplete=given(autocomplete)
            inputmode=given(inputmode)
            maxlength=maxlength.map(|n| n.to_string())
            minlength=minlength.map(|n| n.to_string())
            spellcheck=spellcheck
            aria-describedby=around.described_by()
            aria-invalid=around.invalid()
        />
    };
    around.wrap(control.into_any())
}

/// One choice of a list of (value, label). A value that is not in the list shows "Choose…".
#[component]
pub fn SelectField(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    options: Vec<(String, String)>,
    #[prop(into, default = String::new())] value: String,
    #[prop(into, default = None)] error: Option<String>,
    #[prop(default = "")] autocomplete: &'static str,
    #[prop(into, default = String::new())] hint: String,
    #[prop(into, default = String::new())] id: String,
    #[prop(default = false)] required: bool,
) -> impl IntoView {
    let around = Around::new(label, &name, id, required, hint, error);
    let unknown = !options.iter().any(|(known, _)| *known == value);
    let choose = unknown.then(|| view! { <option value="" selected=true>"Choose…"</option> });
    let choices = options.into_iter().map(|(known, label)| {
        let selected = known == value;
        view! { <option value=known selected=selected>{label}</option> }
    });
    let control = view! {
        <select
            id=around.id.clone()
            name=name
            required=required
            autocomplete=given(autocomplete)
            aria-describedby=around.described_by()
            aria-invalid=around.invalid()
        >
            {choose}
            {choices.collect_view()}
        </select>
    };
    around.wrap(control.into_any())
}

/// A field of several lines.
#[component]
pub fn TextArea(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    #[prop(into, default = String::new())] value: String,
    #[prop(into, default = None)] error: Option<String>,
    #[prop(into, default = String::new())] hint: String,
    #[prop(into, default = String::new())] id: String,
    #[prop(default = false)] required: bool,
    #[prop(default = 4)] rows: usize,
    #[prop(optional)] maxlength: Option<usize>,
) -> impl IntoView {
    let around = Around::new(label, &name, id, required, hint, error);
    let control = view! {
        <textarea
            id=around.id.clone()
            name=name
            rows=rows.to_string()
            required=required
            maxlength=maxlength.map(|n| n.to_string())
            aria-describedby=around.described_by()
            aria-invalid=around.invalid()
            inner_html=textarea_html(&value)
        ></textarea>
    };
    around.wrap(control.into_any())
}

/// leptos writes a textarea's children unescaped, so the escaping is done here. The line break in
/// front is the one that browsers drop (WHATWG HTML, 13.2.6.4.7, start tag "textarea").
fn textarea_html(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("\n{text}")
}

/// A box to tick; sends `value` ("yes") when it is ticked and nothing when it is not.
#[component]
pub fn CheckField(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    #[prop(default = false)] checked: bool,
    #[prop(into, default = None)] error: Option<String>,
    #[prop(default = "yes")] value: &'static str,
    #[prop(into, default = String::new())] hint: String,
    #[prop(into, default = String::new())] id: String,
    #[prop(default = false)] required: bool,
) -> impl IntoView {
    let around = Around::new(label, &name, id, required, hint, error);
    let (hint, message) = (around.hint(), around.message());
    view! {
        <div class="field check" class:is-wrong=around.error.is_some()>
            <input
                type="checkbox"
                id=around.id.clone()
                name=name
                value=value
                checked=checked
                required=required
                aria-describedby=around.described_by()
                aria-invalid=around.invalid()
            />
            <label for=around.id>{around.label}</label>
            {hint}
            {message}
        </div>
    }
    .into_any()
}
