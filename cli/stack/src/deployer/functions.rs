use super::Deployer;
use crate::Statement;

/// What functions take. `lambda:ListTags` no command calls: without it GetFunction leaves out the tags.
///
/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html>
pub(super) fn statements(deployer: &Deployer) -> Vec<Statement> {
    let scope = &deployer.scope;
    let others = deployer.other_functions.iter().map(|name| scope.function_arn(name));
    let others = Statement::new(
        "OtherFunctions",
        ["lambda:GetFunctionConfiguration"],
        others,
        "to see before a deploy whether functions are there that are invoked and not the stack's",
    );
    let all = [
        Statement::new(
            "ListFunctions",
            ["lambda:ListFunctions"],
            ["*".to_owned()],
            "to find the stack's functions by their names; a list belongs to no resource",
        ),
        Statement::new(
            "Functions",
            [
                "lambda:CreateFunction",
                "lambda:DeleteFunction",
                "lambda:GetFunction",
                "lambda:ListAliases",
                "lambda:ListTags",
                "lambda:ListVersionsByFunction",
                "lambda:PublishVersion",
                "lambda:TagResource",
                "lambda:UntagResource",
                "lambda:UpdateFunctionCode",
                "lambda:UpdateFunctionConfiguration",
            ],
            [scope.function_arn(&deployer.names())],
            "the functions and their versions",
        ),
        others,
    ];
    all.into_iter()
        .filter(|statement| !statement.resources.is_empty())
        .collect()
}
