use crate::Scope;

/// A Lambda function as definitions name it: by its ARN, a part of it or its name, with a qualifier or without.
///
/// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionReference<'a> {
    /// What its ARN has before its name.
    pub arn_prefix: String,
    /// Its name.
    pub name: &'a str,
    /// Its version or alias.
    pub qualifier: Option<&'a str>,
}

impl<'a> FunctionReference<'a> {
    /// Reads a reference; what it leaves out is as in `scope`.
    #[must_use]
    pub fn new(text: &'a str, scope: &Scope) -> FunctionReference<'a> {
        let (owner, rest) = match text.split_once(":function:") {
            Some((owner, rest)) => (owner, rest),
            None => ("", text.strip_prefix("function:").unwrap_or(text)),
        };
        let (name, qualifier) = match rest.split_once(':') {
            Some((name, qualifier)) => (name, Some(qualifier)),
            None => (rest, None),
        };
        FunctionReference {
            arn_prefix: arn_prefix(owner, scope),
            name,
            qualifier,
        }
    }

    /// Its ARN without a version.
    pub(crate) fn unqualified_arn(&self) -> String {
        format!("{}{}", self.arn_prefix, self.name)
    }

    /// Its deployed name if it is one of the `functions` of the workspace, by their logical names.
    pub(crate) fn of_workspace(&self, scope: &Scope, functions: &[&str]) -> Option<String> {
        let is_here = self.arn_prefix == scope.function_arn_prefix();
        let logical = self.logical(scope, functions).filter(|_| is_here)?;
        Some(scope.name(logical))
    }

    /// The one of the logical names `functions` that it means, wherever it says that the function is.
    #[must_use]
    pub fn logical(&self, scope: &Scope, functions: &[&str]) -> Option<&'a str> {
        let logical = self.name.strip_prefix(&scope.prefix()).unwrap_or(self.name);
        [self.name, logical].into_iter().find(|name| functions.contains(name))
    }
}

/// The whole of what an ARN has before the function's name; `owner` may be all of it, region and account, or either.
fn arn_prefix(owner: &str, scope: &Scope) -> String {
    if owner.starts_with("arn:") {
        return format!("{owner}:function:");
    }
    let mut there = scope.clone();
    for part in owner.split(':').filter(|part| !part.is_empty()) {
        match part.chars().all(|c| c.is_ascii_digit()) {
            true => part.clone_into(&mut there.account),
            false => part.clone_into(&mut there.region),
        }
    }
    there.function_arn_prefix()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, unqualified: &str, qualifier: Option<&str>, of_workspace: Option<&str>) {
        let scope = Scope::of_tests();
        let reference = FunctionReference::new(text, &scope);
        assert_eq!(reference.unqualified_arn(), unqualified);
        assert_eq!(reference.qualifier, qualifier);
        assert_eq!(reference.of_workspace(&scope, &["A"]).as_deref(), of_workspace);
    }

    #[test]
    fn every_form_of_a_function_name_is_understood() {
        let here = |name: &str| format!("arn:aws:lambda:us-east-1:123456789012:function:{name}");
        let ours = Some("order-dev-A");
        check("A", &here("A"), None, ours);
        check("A:3", &here("A"), Some("3"), ours);
        check("order-dev-A", &here("order-dev-A"), None, ours);
        check("function:A", &here("A"), None, ours);
        check("123456789012:function:A", &here("A"), None, ours);
        check(&here("A:$LATEST"), &here("A"), Some("$LATEST"), ours);
        check(&here("B"), &here("B"), None, None);
        check("myfunction:7", &here("myfunction"), Some("7"), None);
        let elsewhere = "arn:aws:lambda:us-east-1:999999999999:function:A";
        check("999999999999:function:A", elsewhere, None, None);
        check(
            "eu-west-1:123456789012:function:A",
            "arn:aws:lambda:eu-west-1:123456789012:function:A",
            None,
            None,
        );
        check(elsewhere, elsewhere, None, None);
    }
}
