//! Which functions one cargo call compiles: all of them, as long as cargo can tell their binaries apart.

use std::collections::{BTreeMap, BTreeSet};

use crate::settings::{Features, Function, Functions};

/// One cargo call.
#[derive(Default)]
pub(super) struct Call<'a> {
    /// The functions to compile, by logical name.
    pub(super) functions: BTreeMap<&'a str, &'a Function>,
    /// Other functions of the workspace whose packages are selected too.
    others: Vec<&'a Function>,
}

impl Call<'_> {
    fn all(&self) -> impl Iterator<Item = &Function> {
        self.functions.values().copied().chain(self.others.iter().copied())
    }

    /// The packages to select. Those of functions that are not compiled are among them: the features of a shared
    /// dependency are those that all selected packages ask for, and an executable must not depend on what else is built.
    pub(super) fn packages(&self) -> BTreeSet<&str> {
        self.all().map(|function| function.package_spec.as_str()).collect()
    }

    /// The binaries to compile.
    pub(super) fn binaries(&self) -> BTreeSet<&str> {
        let functions = self.functions.values();
        functions.map(|function| function.binary.as_str()).collect()
    }

    /// The features to compile, as `PACKAGE/FEATURE`.
    pub(super) fn features(&self) -> BTreeSet<String> {
        let of = |function: &Function| {
            let package = function.package.clone();
            let names = function.features.named.clone().into_iter();
            names.map(move |name| format!("{package}/{name}"))
        };
        self.all().flat_map(of).collect()
    }

    /// Whether default features are compiled in.
    pub(super) fn has_default_features(&self) -> bool {
        self.all().all(|function| function.features.default)
    }

    /// Whether cargo can compile `function` in the same call and say which executable is whose.
    fn takes(&self, function: &Function) -> bool {
        self.all().all(|other| go_together(function, other))
    }
}

/// Default features are on or off for a whole call; one package has one set of features; a binary's name selects it in
/// all packages, and all executables go to one directory.
fn go_together(one: &Function, other: &Function) -> bool {
    let Features { named, default } = &one.features;
    if *default != other.features.default {
        return false;
    }
    if one.package_id == other.package_id {
        return *named == other.features.named;
    }
    !one.package_binaries.contains(&other.binary) && !other.package_binaries.contains(&one.binary)
}

/// The calls that compile `functions`. They are the same for some of a workspace's functions as for all of them, only
/// without those in which nothing is to be compiled.
pub(super) fn calls(functions: &Functions) -> Vec<Call<'_>> {
    let wanted = functions
        .functions
        .iter()
        .map(|(name, function)| (name, function, true));
    let others = functions.others.iter().map(|(name, function)| (name, function, false));
    let mut all: Vec<_> = wanted.chain(others).collect();
    all.sort_by_key(|(name, ..)| *name);

    let mut calls: Vec<Call<'_>> = Vec::new();
    for (name, function, is_wanted) in all {
        let place = calls.iter().position(|call| call.takes(function));
        let place = place.unwrap_or_else(|| {
            calls.push(Call::default());
            calls.len() - 1
        });
        if let Some(call) = calls.get_mut(place) {
            match is_wanted {
                true => drop(call.functions.insert(name, function)),
                false => call.others.push(function),
            }
        }
    }
    calls.retain(|call| !call.functions.is_empty());
    calls
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A function as `PACKAGE/BINARY` or `PACKAGE/BINARY+FEATURE`; a package has the binaries of all its functions.
    fn function(text: &str, all: &[(&str, &str)]) -> Function {
        let (path, feature) = text.split_once('+').map_or((text, None), |(p, f)| (p, Some(f)));
        let (package, binary) = path.split_once('/').unwrap();
        let of_package = all.iter().filter_map(|(_, other)| {
            let (other, _) = other.split_once('+').unwrap_or((other, ""));
            other.strip_prefix(package)?.strip_prefix('/')
        });
        Function {
            package: package.to_owned(),
            package_id: package.to_owned(),
            package_spec: package.to_owned(),
            manifest: "Cargo.toml".into(),
            package_binaries: of_package.map(str::to_owned).collect(),
            binary: binary.to_owned(),
            features: Features {
                named: feature.into_iter().map(str::to_owned).collect(),
                default: feature != Some("-"),
            },
            include: Vec::new(),
            memory: 128,
            timeout: 3,
            architecture: stack::Architecture::default(),
            environment: BTreeMap::new(),
            description: None,
        }
    }

    /// `expected` has a line for each call: functions, packages, features.
    fn check(functions: &[(&str, &str)], wanted: &[&str], expected: &[&str]) {
        let (some, others) = functions
            .iter()
            .map(|(name, text)| ((*name).to_owned(), function(text, functions)))
            .partition(|(name, _)| wanted.contains(&name.as_str()));
        let functions = Functions {
            root: "/".into(),
            target_directory: "/target".into(),
            cargo_root: "/".into(),
            functions: some,
            others,
            warnings: Vec::new(),
        };
        let line = |call: &Call<'_>| {
            let functions: Vec<&str> = call.functions.keys().copied().collect();
            let packages: Vec<&str> = call.packages().into_iter().collect();
            let features: Vec<String> = call.features().into_iter().collect();
            format!(
                "{} | {} | {}",
                functions.join(" "),
                packages.join(" "),
                features.join(" ")
            )
        };
        let calls: Vec<String> = calls(&functions).iter().map(line).collect();
        assert_eq!(calls, expected);
    }

    #[test]
    fn one_call_compiles_all() {
        let functions = [("A", "p/a"), ("B", "p/b"), ("C", "q/c"), ("D", "q/c")];
        check(&functions, &["A", "B", "C", "D"], &["A B C D | p q | "]);
    }

    #[test]
    fn the_packages_of_functions_that_are_not_built_are_selected_too() {
        check(&[("A", "p/a+x"), ("B", "q/b+y")], &["B"], &["B | p q | p/x q/y"]);
    }

    #[test]
    fn binaries_of_one_name_are_compiled_apart() {
        let functions = [("A", "p/bootstrap"), ("B", "q/bootstrap"), ("C", "r/c")];
        check(&functions, &["A", "B", "C"], &["A C | p r | ", "B | q | "]);
        check(&functions, &["B"], &["B | q | "]);
    }

    #[test]
    fn a_binary_of_a_name_that_another_package_has_is_compiled_apart() {
        let functions = [("A", "p/a"), ("B", "p/b"), ("C", "q/b")];
        check(&functions, &["A", "B", "C"], &["A B | p | ", "C | q | "]);
    }

    #[test]
    fn a_package_with_other_features_is_compiled_apart() {
        let functions = [("A", "p/a"), ("B", "p/a+x"), ("C", "q/c+x")];
        check(&functions, &["A", "B", "C"], &["A C | p q | q/x", "B | p | p/x"]);
    }

    #[test]
    fn a_package_without_default_features_is_compiled_apart() {
        let functions = [("A", "p/a"), ("B", "q/b+-")];
        check(&functions, &["A", "B"], &["A | p | ", "B | q | q/-"]);
    }
}
