//! What an Express machine cannot have.

use crate::parse::{Fields, Value};
use crate::{MachineType, Pattern, Resource};

/// Checks the `Resource` of a Task.
pub(crate) fn check_resource(value: &Value<'_>, resource: &Resource) {
    if value.scope.machine_type != MachineType::Express {
        return;
    }
    let unsupported = match resource {
        Resource::Lambda { .. } => return,
        Resource::Activity { .. } => "Activity ARN",
        Resource::Integration(integration) => match integration.pattern {
            Pattern::RequestResponse => return,
            Pattern::Sync | Pattern::Sync2 => "`.sync` service integration",
            Pattern::WaitForTaskToken => "`.waitForTaskToken` service integration",
        },
    };
    value.refuse::<()>(format!("Express state machine does not support {unsupported}"));
}

/// Checks a Map in `DISTRIBUTED` mode.
pub(crate) fn check_distributed(fields: &Fields<'_>) {
    if fields.scope.machine_type == MachineType::Express {
        fields.refuse("Express state machine does not support Map states in DISTRIBUTED mode");
    }
}
