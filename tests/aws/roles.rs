//! What the double leaves out of roles: their tags and boundaries; and their paths, which it does not tell.

use std::collections::BTreeMap;
use std::fmt::Write;

/// Roles by name.
#[derive(Default)]
pub(crate) struct Roles(BTreeMap<String, Role>);

#[derive(Default)]
struct Role {
    path: Option<String>,
    tags: BTreeMap<String, String>,
    boundary: Option<String>,
}

impl Roles {
    /// The path of a role that is there.
    pub(crate) fn path(&self, name: &str) -> Option<String> {
        self.0.get(name)?.path.clone()
    }

    /// The boundary of a role.
    pub(crate) fn boundary(&self, name: &str) -> Option<String> {
        self.0.get(name)?.boundary.clone()
    }

    /// The answer with what the double left out of it. Both are texts: a form and XML.
    pub(crate) fn answer(&mut self, action: &str, request: &str, answer: String) -> String {
        let form = form(request);
        let name = form.get("RoleName").cloned().unwrap_or_default();
        match action {
            "CreateRole" | "TagRole" | "UntagRole" | "PutRolePermissionsBoundary" | "DeleteRolePermissionsBoundary" => {
                self.0.entry(name).or_default().change(action, &form);
            }
            "DeleteRole" => drop(self.0.remove(&name)),
            "GetRole" => {
                let left_out = self.0.get(&name).map(Role::left_out).unwrap_or_default();
                return answer.replace("</Role>", &format!("{left_out}</Role>"));
            }
            _ => {}
        }
        answer
    }
}

impl Role {
    fn change(&mut self, action: &str, form: &BTreeMap<String, String>) {
        if action == "CreateRole" {
            self.path = Some(form.get("Path").cloned().unwrap_or_else(|| "/".to_owned()));
        }
        self.tags.extend(tags(form));
        let removed = form.iter().filter(|(field, _)| field.starts_with("TagKeys."));
        removed.for_each(|(_, key)| drop(self.tags.remove(key)));
        match form.get("PermissionsBoundary") {
            Some(boundary) => self.boundary = Some(boundary.clone()),
            None if action == "DeleteRolePermissionsBoundary" => self.boundary = None,
            None => {}
        }
    }

    fn left_out(&self) -> String {
        let mut text = String::from("<Tags>");
        for (key, value) in &self.tags {
            write!(text, "<member><Key>{key}</Key><Value>{value}</Value></member>").unwrap();
        }
        text.push_str("</Tags>");
        if let Some(boundary) = &self.boundary {
            let arn = format!("<PermissionsBoundaryArn>{boundary}</PermissionsBoundaryArn>");
            write!(text, "<PermissionsBoundary>{arn}</PermissionsBoundary>").unwrap();
        }
        text
    }
}

/// The tags of a form.
pub(crate) fn tags(form: &BTreeMap<String, String>) -> impl Iterator<Item = (String, String)> {
    let keys = form
        .iter()
        .filter(|(field, _)| field.starts_with("Tags.") && field.ends_with(".Key"));
    keys.map(|(field, key)| (key.clone(), form[&field.replace(".Key", ".Value")].clone()))
}

pub(crate) fn form(text: &str) -> BTreeMap<String, String> {
    let decoded = |text: &str| {
        percent_encoding::percent_decode_str(&text.replace('+', " "))
            .decode_utf8_lossy()
            .into_owned()
    };
    let fields = text.split('&').filter_map(|field| field.split_once('='));
    fields.map(|(field, value)| (decoded(field), decoded(value))).collect()
}
