use super::Deployer;
use crate::Statement;

/// What state machines, their versions, aliases and executions take. The names of versions and aliases go on behind that
/// of the state machine, so that a pattern for it fits them too.
pub(super) fn statements(deployer: &Deployer) -> Vec<Statement> {
    let scope = &deployer.scope;
    let names = deployer.names();
    let machines = [scope.machine_arn(&names)];
    let mut statements = vec![
        Statement::new(
            "ListStateMachines",
            ["states:ListStateMachines", "states:ValidateStateMachineDefinition"],
            ["*".to_owned()],
            "to find the stack's state machines by their names, and to check definitions before anything is changed; neither \
             belongs to a resource",
        ),
        Statement::new(
            "StateMachines",
            [
                "states:CreateStateMachine",
                "states:CreateStateMachineAlias",
                "states:DeleteStateMachine",
                "states:DeleteStateMachineVersion",
                "states:DescribeStateMachine",
                "states:DescribeStateMachineAlias",
                "states:ListExecutions",
                "states:ListStateMachineAliases",
                "states:ListStateMachineVersions",
                "states:ListTagsForResource",
                "states:PublishStateMachineVersion",
                "states:StartExecution",
                "states:TagResource",
                "states:UntagResource",
                "states:UpdateStateMachine",
                "states:UpdateStateMachineAlias",
            ],
            machines.clone(),
            "the state machines, their versions and aliases",
        ),
        Statement::new(
            "Executions",
            [
                "states:DescribeExecution",
                "states:GetExecutionHistory",
                "states:RedriveExecution",
                "states:StopExecution",
            ],
            [scope.execution_arn(&names, "*")],
            "to watch, stop and redrive executions",
        ),
    ];
    if deployer.has_express {
        statements.push(Statement::new(
            "ExpressExecutions",
            ["states:StartSyncExecution"],
            machines,
            "to start Express executions and wait for them",
        ));
    }
    statements
}
