//! `[stages.NAME]`: what one stage has otherwise than the whole stack.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use toml::Spanned;

use super::{
    Error, Machine,
    file::{self, File},
    names,
    validate::{self, Check},
};
use crate::args::DEFAULT_STAGE;

/// What a stage says of a function.
#[derive(Clone, Debug)]
pub(super) struct Override {
    pub(super) says: file::Function,
    /// Where in the file, as a JSON Pointer.
    pub(super) location: String,
}

/// The stage that a command is about.
pub(super) struct Chosen {
    name: String,
    pub(super) says: file::Stage,
}

/// The stage `name`; one that is not declared is as the whole stack.
///
/// # Errors
/// One that is nearly called as one that is declared: it would be deployed without what is declared for that.
pub(super) fn chosen(file: &File, name: &str) -> Result<Chosen, Error> {
    let declared: Vec<&str> = file.stages.keys().map(|name| name.get_ref().as_str()).collect();
    let says = file.stages.iter().find(|(declared, _)| declared.get_ref() == name);
    match (says, names::nearest(name, &declared)) {
        (None, Some(near)) if name != DEFAULT_STAGE => Err(Error::UnknownStage {
            name: name.to_owned(),
            near: near.to_owned(),
        }),
        (says, _) => Ok(Chosen {
            name: name.to_owned(),
            says: says.map(|(_, says)| says.clone()).unwrap_or_default(),
        }),
    }
}

impl Chosen {
    /// Gives state machines what they have otherwise in this stage.
    pub(super) fn change(&self, root: &Path, machines: &mut BTreeMap<String, Machine>) {
        for (name, says) in &self.says.machines {
            let Some(machine) = machines.get_mut(name.get_ref()) else {
                continue;
            };
            if let Some(input) = &says.input {
                machine.input = Some(root.join(input.get_ref()));
            }
            machine.substitutions.extend(says.substitutions.clone());
        }
    }

    /// The names of all stages that there are.
    pub(super) fn and_all(&self, file: &File) -> BTreeSet<String> {
        let declared = file.stages.keys().map(|name| name.get_ref().clone());
        declared.chain([self.name.clone(), DEFAULT_STAGE.to_owned()]).collect()
    }

    /// What the stage says of each function, strongest first.
    pub(super) fn overrides(&self, file: &File) -> BTreeMap<String, Vec<Override>> {
        let location = format!("/stages/{}", self.name);
        let of_all = file::StageFunction {
            memory: self.says.memory.clone(),
            timeout: self.says.timeout.clone(),
            environment: self.says.environment.clone(),
        };
        let overrides = |(name, declared): (&Spanned<String>, &file::Function)| {
            let of_this = self.says.functions.iter().find(|(function, _)| *function == name);
            let of_this = of_this.map(|(_, says)| Override {
                says: function(&declared.package, says),
                location: format!("{location}/functions/{}", name.get_ref()),
            });
            let of_all = Override {
                says: function(&declared.package, &of_all),
                location: location.clone(),
            };
            let both = of_this.into_iter().chain([of_all]).collect();
            (name.get_ref().clone(), both)
        };
        file.functions.iter().map(overrides).collect()
    }
}

/// What a stage says of a function of `package`, in the shape of what the whole stack says.
fn function(package: &Spanned<String>, says: &file::StageFunction) -> file::Function {
    file::Function {
        package: package.clone(),
        binary: None,
        memory: says.memory.clone(),
        timeout: says.timeout.clone(),
        architecture: None,
        environment: says.environment.clone(),
        description: None,
        features: None,
        default_features: None,
        include: None,
        policy: Vec::new(),
        managed_policies: Vec::new(),
    }
}

impl Check<'_> {
    /// Every stage, whichever the command is about.
    pub(super) fn stages(&mut self, file: &File) {
        for (name, stage) in &file.stages {
            let location = format!("/stages/{}", name.get_ref());
            if !names::is_stack_name(name.get_ref()) {
                let message = format!("`{}` is not a stage name", name.get_ref());
                let help = format!("a stage name is {}", names::RULE);
                self.push(&location, name.span(), message, help);
            }
            self.place(
                &location,
                stage.account.as_ref(),
                stage.region.as_ref(),
                stage.profile.as_ref(),
            );
            let boundary = stage.permissions_boundary.as_ref();
            let key = stage.kms_key.as_ref();
            self.resources(&location, boundary, key, &stage.tags, Some(&file.tags));
            self.logs(&format!("{location}/logs"), &stage.logs);
            self.deploys(&format!("{location}/deploy"), &stage.deploy);
            self.alarms(&format!("{location}/alarms"), stage.alarms.as_ref());
            self.stage_functions(&location, file, stage);
            self.stage_machines(&location, file, stage);
        }
    }

    fn stage_functions(&mut self, location: &str, file: &File, stage: &file::Stage) {
        let package = Spanned::new(0..0, String::new());
        let of_all = file::StageFunction {
            memory: stage.memory.clone(),
            timeout: stage.timeout.clone(),
            environment: stage.environment.clone(),
        };
        self.extend(validate::function(location, &function(&package, &of_all)));
        for (name, says) in &stage.functions {
            let location = format!("{location}/functions/{}", name.get_ref());
            self.known("function", &location, name, file.functions.keys());
            self.extend(validate::function(&location, &function(&package, says)));
        }
    }

    fn stage_machines(&mut self, location: &str, file: &File, stage: &file::Stage) {
        for (name, says) in &stage.machines {
            let location = format!("{location}/machines/{}", name.get_ref());
            self.known("state machine", &location, name, file.machines.keys());
            if let Some(input) = &says.input {
                self.file(&format!("{location}/input"), input);
            }
        }
    }

    fn known<'a>(
        &mut self,
        kind: &str,
        location: &str,
        name: &Spanned<String>,
        known: impl Iterator<Item = &'a Spanned<String>>,
    ) {
        let known: Vec<&str> = known.map(|name| name.get_ref().as_str()).collect();
        if !known.contains(&name.get_ref().as_str()) {
            let message = format!("there is no {kind} `{}`", name.get_ref());
            let help = names::suggestion(name.get_ref(), known.into_iter());
            let help = help.unwrap_or_else(|| "declare it for the whole stack first".to_owned());
            self.push(location, name.span(), message, help);
        }
    }

    /// Where the stack, or a stage of it, goes.
    pub(super) fn place(
        &mut self,
        location: &str,
        account: Option<&Spanned<String>>,
        region: Option<&Spanned<String>>,
        profile: Option<&Spanned<String>>,
    ) {
        if let Some(account) = account.filter(|account| !names::is_account(account.get_ref())) {
            let message = format!("`{}` is not an AWS account", account.get_ref());
            let help = "an account is 12 digits, as in `account = \"123456789012\"`";
            self.push(&format!("{location}/account"), account.span(), message, help);
        }
        if let Some(region) = region.filter(|region| !names::is_region(region.get_ref())) {
            let message = format!("`{}` is not an AWS region", region.get_ref());
            let help = "a region is named as `eu-central-1` is";
            self.push(&format!("{location}/region"), region.span(), message, help);
        }
        if let Some(profile) = profile.filter(|profile| profile.get_ref().trim().is_empty()) {
            let message = "the name of the profile is empty".to_owned();
            let help = "name a profile of the AWS configuration files, or leave the line out";
            self.push(&format!("{location}/profile"), profile.span(), message, help);
        }
    }
}
