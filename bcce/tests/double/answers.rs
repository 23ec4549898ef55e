//! What CloudFormation and its neighbours answer.

use super::Call;

const STACK: &str = "arn:aws:cloudformation:eu-central-1:123456789012:stack/bcce-lake/1";
const PARAMETERS: &str = "\
<member><ParameterKey>Prefix</ParameterKey><DefaultValue>bcce</DefaultValue><NoEcho>false</NoEcho></member>\
<member><ParameterKey>ExternalId</ParameterKey><NoEcho>true</NoEcho></member>";
const CHANGES: &str = "<member><ResourceChange><Action>Add</Action><LogicalResourceId>InternalBucket</LogicalResourceId>\
<ResourceType>AWS::S3::Bucket</ResourceType></ResourceChange></member>";

/// A refusal, as services say it in XML.
pub(crate) fn refused(code: &str, message: &str) -> (u16, String) {
    (400, format!("<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"))
}

/// What an action has for a result.
pub(crate) fn answered(action: &str, result: &str) -> (u16, String) {
    (200, format!("<{action}Response><{action}Result>{result}</{action}Result></{action}Response>"))
}

/// The stack, in a state.
pub(crate) fn stack(status: &str) -> (u16, String) {
    let outputs: String = [("InternalStreamName", "bcce-internal"), ("ConfidentialStreamName", "bcce-confidential")]
        .into_iter()
        .chain([("RestrictedStreamName", "bcce-restricted"), ("LaptopWriterRoleArn", "arn:aws:iam::1:role/w")])
        .map(|(key, value)| format!("<member><OutputKey>{key}</OutputKey><OutputValue>{value}</OutputValue></member>"))
        .collect();
    let kept = "<member><ParameterKey>ExternalId</ParameterKey><ParameterValue>****</ParameterValue></member>";
    let found = format!(
        "<Stacks><member><StackId>{STACK}</StackId><StackStatus>{status}</StackStatus><Parameters>{kept}</Parameters>\
         <Outputs>{outputs}</Outputs></member></Stacks>"
    );
    answered("DescribeStacks", &found)
}

/// There is no stack.
pub(crate) fn no_stack() -> (u16, String) {
    refused("ValidationError", "Stack with id bcce-lake does not exist")
}

/// Something that happened.
pub(crate) fn event(id: &str, name: &str, of: &str, status: &str, reason: &str) -> String {
    let physical = if of == "AWS::CloudFormation::Stack" { STACK } else { "" };
    format!(
        "<member><EventId>{id}</EventId><LogicalResourceId>{name}</LogicalResourceId><ResourceType>{of}</ResourceType>\
         <PhysicalResourceId>{physical}</PhysicalResourceId><ResourceStatus>{status}</ResourceStatus>\
         <ResourceStatusReason>{reason}</ResourceStatusReason></member>"
    )
}

/// What all goes well with until something is said otherwise.
pub(crate) fn well(call: &Call) -> (u16, String) {
    let action = call.action();
    match action {
        "GetCallerIdentity" => {
            answered(action, "<Account>123456789012</Account><Arn>arn:aws:iam::123456789012:user/ada</Arn>")
        }
        "ValidateTemplate" => answered(action, &format!("<Parameters>{PARAMETERS}</Parameters>")),
        "CreateChangeSet" => answered(action, &format!("<Id>arn:change</Id><StackId>{STACK}</StackId>")),
        "DescribeChangeSet" => {
            answered(action, &format!("<Status>CREATE_COMPLETE</Status><Changes>{CHANGES}</Changes>"))
        }
        "ExecuteChangeSet" | "DeleteChangeSet" | "DeleteStack" => answered(action, ""),
        _ if call.line.starts_with("PUT /templates/bcce/") => (200, String::new()),
        _ => refused("UnexpectedCall", action),
    }
}
