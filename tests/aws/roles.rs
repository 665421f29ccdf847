//! What the double leaves out of roles: their tags.

use std::collections::BTreeMap;
use std::fmt::Write;

/// Tags by role.
#[derive(Default)]
pub(crate) struct Roles(BTreeMap<String, BTreeMap<String, String>>);

impl Roles {
    /// The answer with what the double left out of it. Both are texts: a form and XML.
    pub(crate) fn answer(&mut self, action: &str, request: &str, answer: String) -> String {
        let form = form(request);
        let role = form.get("RoleName").cloned().unwrap_or_default();
        match action {
            "CreateRole" | "TagRole" => {
                let keys = form
                    .iter()
                    .filter(|(field, _)| field.starts_with("Tags.") && field.ends_with(".Key"));
                let tags = keys.map(|(field, key)| (key.clone(), form[&field.replace(".Key", ".Value")].clone()));
                self.0.entry(role).or_default().extend(tags);
                answer
            }
            "DeleteRole" => {
                self.0.remove(&role);
                answer
            }
            "GetRole" => {
                let mut tags = String::new();
                for (key, value) in self.0.get(&role).into_iter().flatten() {
                    write!(tags, "<member><Key>{key}</Key><Value>{value}</Value></member>").unwrap();
                }
                answer.replace("</Role>", &format!("<Tags>{tags}</Tags></Role>"))
            }
            _ => answer,
        }
    }
}

fn form(text: &str) -> BTreeMap<String, String> {
    let decoded = |text: &str| {
        percent_encoding::percent_decode_str(&text.replace('+', " "))
            .decode_utf8_lossy()
            .into_owned()
    };
    let fields = text.split('&').filter_map(|field| field.split_once('='));
    fields.map(|(field, value)| (decoded(field), decoded(value))).collect()
}
