use std::collections::BTreeSet;
use std::fmt;

use stack::{ManagedPolicy, Scope, Statement};

/// Partition, account and region that Terraform fills in.
pub(super) const OPEN: [&str; 3] = [
    "${data.aws_partition.current.partition}",
    "${data.aws_caller_identity.current.account_id}",
    "${data.aws_region.current.id}",
];

/// Resources that make the policies, and what they read.
///
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_policy>
pub(super) fn write(scope: &Scope, policies: &[ManagedPolicy], formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let used = [&scope.partition, &scope.account, &scope.region];
    let sources = ["aws_partition", "aws_caller_identity", "aws_region"];
    for (source, _) in sources
        .iter()
        .zip(used)
        .filter(|(_, value)| OPEN.contains(&value.as_str()))
    {
        writeln!(formatter, "data \"{source}\" \"current\" {{}}\n")?;
    }
    for (place, policy) in policies.iter().enumerate() {
        if place > 0 {
            writeln!(formatter, "\n")?;
        }
        // A name of Terraform's begins with a letter.
        let label = policy.name.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
        writeln!(formatter, "resource \"aws_iam_policy\" \"{label}\" {{")?;
        writeln!(formatter, "  name = {}", text(&policy.name))?;
        writeln!(formatter, "  policy = jsonencode({{")?;
        writeln!(formatter, "    Version = \"2012-10-17\"")?;
        writeln!(formatter, "    Statement = [")?;
        for statement in &policy.statements {
            write_statement(statement, formatter)?;
        }
        write!(formatter, "    ]\n  }})\n}}")?;
    }
    Ok(())
}

fn write_statement(statement: &Statement, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(formatter, "      {{")?;
    writeln!(formatter, "        # {}", statement.reason())?;
    writeln!(formatter, "        Sid = {}", text(&statement.sid))?;
    writeln!(formatter, "        Effect = \"Allow\"")?;
    list("        ", "Action", statement.actions.iter(), formatter)?;
    list("        ", "Resource", statement.resources.iter(), formatter)?;
    if !statement.conditions.is_empty() {
        writeln!(formatter, "        Condition = {{")?;
        for (operator, keys) in &statement.conditions {
            writeln!(formatter, "          {} = {{", text(operator))?;
            for (key, values) in keys {
                let values: &BTreeSet<String> = values;
                list("            ", &text(key), values.iter(), formatter)?;
            }
            writeln!(formatter, "          }}")?;
        }
        writeln!(formatter, "        }}")?;
    }
    writeln!(formatter, "      }},")
}

fn list<'a>(
    indent: &str,
    name: &str,
    items: impl Iterator<Item = &'a String>,
    formatter: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    writeln!(formatter, "{indent}{name} = [")?;
    for item in items {
        writeln!(formatter, "{indent}  {},", text(item))?;
    }
    writeln!(formatter, "{indent}]")
}

/// A text in which only what is left open is filled in.
///
/// <https://developer.hashicorp.com/terraform/language/expressions/strings>
fn text(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    let escaped = escaped.replace("${", "$${").replace("%{", "%%{");
    let filled = OPEN
        .iter()
        .fold(escaped, |text, open| text.replace(&format!("${open}"), open));
    format!("\"{filled}\"")
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_what_is_left_open_is_filled_in() {
        let check = |given: &str, expected: &str| assert_eq!(super::text(given), expected);
        check(r#"a"b\c"#, r#""a\"b\\c""#);
        check("${aws:username} %{x}", "\"$${aws:username} %%{x}\"");
        check(
            "arn:${data.aws_partition.current.partition}:x",
            "\"arn:${data.aws_partition.current.partition}:x\"",
        );
    }
}
