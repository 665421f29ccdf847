use super::{ASSIGN, EVERY, Fields, IN_AND_OUT};
use crate::parse::expression::{jsonata, reference_path};
use crate::parse::template::{assign, template};
use crate::parse::{Value, state::comparison};
use crate::validate::fields::Allowed;
use crate::validate::{self, exclusive, targets};
use crate::{Choice, ChoiceRule, Dynamic, Expression, JsonPathRule, QueryLanguage, Test};

const CHOICE: Allowed = Allowed {
    always: &["Choices", "Default"],
    ..Allowed::NONE
};

const RULE: Allowed = Allowed {
    always: &["Next", "Comment", "Assign"],
    jsonata: &["Output", "Condition"],
    ..Allowed::NONE
};

/// What a rule below And, Or or Not may have beside its test.
const NESTED_RULE: Allowed = Allowed {
    always: &["Comment"],
    ..Allowed::NONE
};

const COMBINATIONS: [&str; 3] = ["And", "Or", "Not"];

pub(super) fn choice(fields: &Fields<'_>) -> Option<Choice> {
    validate::fields::check(fields, &[EVERY, CHOICE, IN_AND_OUT, ASSIGN]);
    validate::fields::require(fields, &["Choices"]);
    let rules = fields.get("Choices").and_then(|value| {
        let rules: Vec<_> = value.some_items()?.iter().map(rule).collect();
        rules.into_iter().collect()
    });
    let default = fields.get("Default").and_then(|value| targets::target(&value));
    Some(Choice { rules: rules?, default })
}

fn rule(value: &Value<'_>) -> Option<ChoiceRule> {
    let fields = value.fields()?;
    let test = match fields.scope.language {
        QueryLanguage::JsonPath => test(&fields, RULE).map(Test::JsonPath),
        QueryLanguage::Jsonata => condition(&fields).map(Test::Condition),
    };
    validate::fields::require(&fields, &["Next"]);
    let next = fields.get("Next").and_then(|value| targets::target(&value));
    let assign = assign(&fields);
    let output = template(&fields, "Output");
    Some(ChoiceRule {
        test: test?,
        next: next?,
        assign,
        output,
    })
}

fn condition(fields: &Fields<'_>) -> Option<Dynamic<bool>> {
    validate::fields::check(fields, &[RULE, comparison::TEST, comparison::OPERATORS]);
    validate::fields::require(fields, &["Condition"]);
    let value = fields.get("Condition")?;
    match jsonata(&value) {
        Some(jsonata) => Some(Dynamic::Expression(Expression::Jsonata(jsonata))),
        None => value.boolean().map(Dynamic::Literal),
    }
}

/// `Variable` with one operator, or one of And, Or, Not.
fn test(fields: &Fields<'_>, beside: Allowed) -> Option<JsonPathRule> {
    validate::fields::check(fields, &[beside, comparison::TEST, comparison::OPERATORS]);
    let combinations: Vec<_> = fields
        .iter()
        .filter(|value| COMBINATIONS.contains(&value.name))
        .collect();
    match combinations.as_slice() {
        [] => data_test(fields),
        [combination] if fields.has("Variable") || fields.iter().any(|value| comparison::is_operator(value.name)) => {
            exclusive::refuse(fields, &["Variable", combination.name]);
            None
        }
        [combination] => combine(combination),
        [_, _, ..] => {
            exclusive::at_most_one(fields, &COMBINATIONS);
            None
        }
    }
}

fn combine(value: &Value<'_>) -> Option<JsonPathRule> {
    if value.name == "Not" {
        return nested(value).map(|rule| JsonPathRule::Not(Box::new(rule)));
    }
    let rules: Vec<_> = value.some_items()?.iter().map(nested).collect();
    let rules = rules.into_iter().collect::<Option<Vec<_>>>()?;
    Some(match value.name {
        "And" => JsonPathRule::And(rules),
        _ => JsonPathRule::Or(rules),
    })
}

fn nested(value: &Value<'_>) -> Option<JsonPathRule> {
    test(&value.fields()?, NESTED_RULE)
}

fn data_test(fields: &Fields<'_>) -> Option<JsonPathRule> {
    let operators: Vec<_> = fields
        .iter()
        .filter(|value| comparison::is_operator(value.name))
        .collect();
    let [operator] = operators.as_slice() else {
        refuse_operators(fields, &operators);
        return None;
    };
    validate::fields::require(fields, &["Variable"]);
    let variable = fields.get("Variable").and_then(|value| reference_path(&value));
    let comparison = comparison::comparison(operator);
    Some(JsonPathRule::Test {
        variable: variable?,
        comparison: comparison?,
    })
}

fn refuse_operators(fields: &Fields<'_>, operators: &[Value<'_>]) {
    if operators.is_empty() {
        let problem = fields.error(
            "SCHEMA_VALIDATION_FAILED",
            "a Choice Rule must have a comparison operator",
        );
        let help = "add one such as `StringEquals` or `IsPresent`, or `And`, `Or`, `Not`";
        fields.scope.problems.add(problem.help(help));
        return;
    }
    let names: Vec<&str> = operators.iter().map(|value| value.name).collect();
    exclusive::refuse(fields, &names);
}
