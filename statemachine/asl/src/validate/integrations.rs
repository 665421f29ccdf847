//! The optimized integrations: which calls of which services, and how a Task can wait for them.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html>

use crate::{Integration, Pattern};

/// What a Task may wait for beside the answer of the call.
#[derive(Clone, Copy)]
enum Waits {
    /// Nothing.
    No,
    /// `.sync`
    Job,
    /// `.waitForTaskToken`
    Token,
    /// `.sync` and `.waitForTaskToken`
    JobOrToken,
    /// `.sync`, `.sync:2` and `.waitForTaskToken`
    Execution,
}

/// Service, call and what a Task may wait for.
const CALLS: &[(&str, &str, Waits)] = &[
    ("apigateway", "invoke", Waits::Token),
    ("athena", "getQueryExecution", Waits::No),
    ("athena", "getQueryResults", Waits::No),
    ("athena", "startQueryExecution", Waits::Job),
    ("athena", "stopQueryExecution", Waits::No),
    ("batch", "submitJob", Waits::Job),
    ("bedrock", "createModelCustomizationJob", Waits::JobOrToken),
    ("bedrock", "invokeModel", Waits::JobOrToken),
    ("codebuild", "batchDeleteBuilds", Waits::No),
    ("codebuild", "batchGetReports", Waits::No),
    ("codebuild", "deleteBuildBatch", Waits::No),
    ("codebuild", "retryBuildBatch", Waits::Job),
    ("codebuild", "startBuild", Waits::Job),
    ("codebuild", "startBuildBatch", Waits::Job),
    ("codebuild", "stopBuild", Waits::No),
    ("codebuild", "stopBuildBatch", Waits::No),
    ("databrew", "startJobRun", Waits::Job),
    ("dynamodb", "deleteItem", Waits::No),
    ("dynamodb", "getItem", Waits::No),
    ("dynamodb", "putItem", Waits::No),
    ("dynamodb", "updateItem", Waits::No),
    ("ecs", "runTask", Waits::JobOrToken),
    ("eks", "call", Waits::No),
    ("eks", "createCluster", Waits::JobOrToken),
    ("eks", "createFargateProfile", Waits::JobOrToken),
    ("eks", "createNodegroup", Waits::JobOrToken),
    ("eks", "deleteCluster", Waits::JobOrToken),
    ("eks", "deleteFargateProfile", Waits::JobOrToken),
    ("eks", "deleteNodegroup", Waits::JobOrToken),
    ("eks", "runJob", Waits::JobOrToken),
    ("elasticmapreduce", "addStep", Waits::Job),
    ("elasticmapreduce", "cancelStep", Waits::No),
    ("elasticmapreduce", "createCluster", Waits::Job),
    ("elasticmapreduce", "modifyInstanceFleetByName", Waits::No),
    ("elasticmapreduce", "modifyInstanceGroupByName", Waits::No),
    ("elasticmapreduce", "setClusterTerminationProtection", Waits::No),
    ("elasticmapreduce", "terminateCluster", Waits::Job),
    ("emr-containers", "createVirtualCluster", Waits::No),
    ("emr-containers", "deleteVirtualCluster", Waits::Job),
    ("emr-containers", "startJobRun", Waits::Job),
    ("emr-serverless", "cancelJobRun", Waits::Job),
    ("emr-serverless", "createApplication", Waits::Job),
    ("emr-serverless", "deleteApplication", Waits::Job),
    ("emr-serverless", "startApplication", Waits::Job),
    ("emr-serverless", "startJobRun", Waits::Job),
    ("emr-serverless", "stopApplication", Waits::Job),
    ("events", "putEvents", Waits::Token),
    ("glue", "startJobRun", Waits::Job),
    ("http", "invoke", Waits::No),
    ("lambda", "invoke", Waits::Token),
    ("mediaconvert", "createJob", Waits::Job),
    ("sagemaker", "createEndpoint", Waits::No),
    ("sagemaker", "createEndpointConfig", Waits::No),
    ("sagemaker", "createHyperParameterTuningJob", Waits::Job),
    ("sagemaker", "createLabelingJob", Waits::Job),
    ("sagemaker", "createModel", Waits::No),
    ("sagemaker", "createProcessingJob", Waits::Job),
    ("sagemaker", "createTrainingJob", Waits::Job),
    ("sagemaker", "createTransformJob", Waits::Job),
    ("sagemaker", "updateEndpoint", Waits::No),
    ("sns", "publish", Waits::Token),
    ("sqs", "sendMessage", Waits::Token),
    ("states", "startExecution", Waits::Execution),
];

impl Waits {
    fn patterns(self) -> &'static [Pattern] {
        match self {
            Waits::No => &[Pattern::RequestResponse],
            Waits::Job => &[Pattern::RequestResponse, Pattern::Sync],
            Waits::Token => &[Pattern::RequestResponse, Pattern::WaitForTaskToken],
            Waits::JobOrToken => &[Pattern::RequestResponse, Pattern::Sync, Pattern::WaitForTaskToken],
            Waits::Execution => &[
                Pattern::RequestResponse,
                Pattern::Sync,
                Pattern::Sync2,
                Pattern::WaitForTaskToken,
            ],
        }
    }
}

/// The optimized integrations of AWS: service, call, and the patterns in which a Task can make it.
pub fn optimized_integrations() -> impl Iterator<Item = (&'static str, &'static str, &'static [Pattern])> {
    CALLS
        .iter()
        .map(|(service, call, waits)| (*service, *call, waits.patterns()))
}

/// Whether AWS has `integration`.
pub(crate) fn is_optimized(integration: &Integration) -> bool {
    optimized_integrations().any(|(service, call, patterns)| {
        *service == *integration.service && *call == *integration.api && patterns.contains(&integration.pattern)
    })
}
