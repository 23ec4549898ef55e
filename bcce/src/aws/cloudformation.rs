//! CloudFormation: templates, stacks and change sets.

use serde::Serialize;

use super::{CallError, Session, Xml};

const VERSION: &str = "2010-05-15";

/// A template as CloudFormation takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Template {
    /// Its text: 51,200 bytes at most.
    Body(String),
    /// Where it lies in S3.
    Url(String),
}

/// A parameter that a template declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// Its name.
    pub key: String,
    /// Whether it may be left out.
    pub has_default: bool,
    /// Whether its value is a secret.
    pub no_echo: bool,
}

/// A stack.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stack {
    /// Its unique name.
    pub id: String,
    /// Such as `CREATE_COMPLETE`.
    pub status: String,
    /// Why it is in that state, where CloudFormation says it.
    pub reason: String,
    /// Names and values; those that are secret have asterisks for a value.
    pub parameters: Vec<(String, String)>,
    /// Names and values of what the template puts out.
    pub outputs: Vec<(String, String)>,
}

impl Stack {
    /// The value of an output.
    pub fn output(&self, key: &str) -> Option<&str> {
        value(&self.outputs, key)
    }

    /// The value of a parameter.
    pub fn parameter(&self, key: &str) -> Option<&str> {
        value(&self.parameters, key)
    }
}

fn value<'a>(pairs: &'a [(String, String)], key: &str) -> Option<&'a str> {
    pairs.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
}

/// What a parameter becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Set {
    /// This value.
    Value(String),
    /// What it is in the stack.
    Previous,
}

/// What a change set does to its stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Makes it.
    Create,
    /// Changes it.
    Update,
}

/// A change set, by itself and as CloudFormation wants it described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChangeSet<'a> {
    /// The stack's name.
    pub stack: &'a str,
    /// Its own name.
    pub name: &'a str,
    /// Whether the stack is there already.
    pub kind: Kind,
    /// The template.
    pub template: &'a Template,
    /// Parameters that do not have their default.
    pub parameters: &'a [(String, Set)],
}

/// A change set that CloudFormation works on, or has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeSet {
    /// Such as `CREATE_COMPLETE`.
    pub status: String,
    /// Why it is in that state.
    pub reason: String,
    /// What it would do.
    pub changes: Vec<Change>,
}

/// What a change set would do to one resource.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Change {
    /// `Add`, `Modify`, `Remove`, `Import` or `Dynamic`.
    pub action: String,
    /// Its name in the template.
    pub logical_id: String,
    /// Such as `AWS::S3::Bucket`.
    pub resource_type: String,
    /// Whether another takes its place: `True`, `False`, `Conditional`, or nothing where it cannot be.
    pub replacement: String,
}

/// Something that happened to a stack.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event {
    /// Its unique name.
    pub id: String,
    /// When, in RFC 3339.
    pub time: String,
    /// The resource's name in the template; the stack's own name where it happened to the stack.
    pub logical_id: String,
    /// The resource's own name.
    pub physical_id: String,
    /// Such as `AWS::S3::Bucket`.
    pub resource_type: String,
    /// Such as `CREATE_FAILED`.
    pub status: String,
    /// Why.
    pub reason: String,
}

/// Checks a template, and says what parameters it declares.
///
/// # Errors
/// When the call fails for good, which is how CloudFormation says that a template is none.
pub async fn validate(session: &Session, template: &Template) -> Result<Vec<Declared>, CallError> {
    let answer = call(session, "ValidateTemplate", &[source(template)]).await?;
    let declared = |one: &Xml| Declared {
        key: one.text_at("ParameterKey").to_owned(),
        has_default: one.at("DefaultValue").is_some(),
        no_echo: one.text_at("NoEcho") == "true",
    };
    Ok(answer.list("ValidateTemplateResult/Parameters").iter().map(declared).collect())
}

/// Looks at a stack, by name or id; `None` when there is none.
///
/// # Errors
/// When the call fails for good.
pub async fn stack(session: &Session, name: &str) -> Result<Option<Stack>, CallError> {
    let answer = match call(session, "DescribeStacks", &[("StackName", name)]).await {
        Ok(answer) => answer,
        Err(CallError::Refused { code, message, .. })
            if code == "ValidationError" && message.contains("does not exist") =>
        {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let Some(one) = answer.list("DescribeStacksResult/Stacks").first() else { return Ok(None) };
    let pairs = |list: &str, key: &str, value: &str| {
        let pair = |member: &Xml| (member.text_at(key).to_owned(), member.text_at(value).to_owned());
        one.list(list).iter().map(pair).collect()
    };
    Ok(Some(Stack {
        id: one.text_at("StackId").to_owned(),
        status: one.text_at("StackStatus").to_owned(),
        reason: one.text_at("StackStatusReason").to_owned(),
        parameters: pairs("Parameters", "ParameterKey", "ParameterValue"),
        outputs: pairs("Outputs", "OutputKey", "OutputValue"),
    }))
}

/// Begins to make a change set; gives its id and the stack's.
///
/// # Errors
/// When the call fails for good.
pub async fn create_change_set(session: &Session, new: &NewChangeSet<'_>) -> Result<(String, String), CallError> {
    let kind = match new.kind {
        Kind::Create => "CREATE",
        Kind::Update => "UPDATE",
    };
    let mut form = vec![
        ("StackName".to_owned(), new.stack.to_owned()),
        ("ChangeSetName".to_owned(), new.name.to_owned()),
        ("ChangeSetType".to_owned(), kind.to_owned()),
        // A second request under the same token is the first one: an answer may be lost on its way.
        ("ClientToken".to_owned(), new.name.to_owned()),
        // The roles have names, which laptops and people know.
        ("Capabilities.member.1".to_owned(), "CAPABILITY_NAMED_IAM".to_owned()),
    ];
    let (name, value) = source(new.template);
    form.push((name.to_owned(), value.to_owned()));
    for (place, (key, set)) in new.parameters.iter().enumerate() {
        let member = format!("Parameters.member.{}", place + 1);
        form.push((format!("{member}.ParameterKey"), key.clone()));
        form.push(match set {
            Set::Value(value) => (format!("{member}.ParameterValue"), value.clone()),
            Set::Previous => (format!("{member}.UsePreviousValue"), "true".to_owned()),
        });
    }
    let answer = session.query("cloudformation", VERSION, "CreateChangeSet", &form).await?;
    let text = |name: &str| answer.text_at(&format!("CreateChangeSetResult/{name}")).to_owned();
    Ok((text("Id"), text("StackId")))
}

/// Looks at a change set with all its changes.
///
/// # Errors
/// When the call fails for good.
pub async fn change_set(session: &Session, id: &str) -> Result<ChangeSet, CallError> {
    let mut made = ChangeSet::default();
    let mut token = String::new();
    loop {
        let mut form = vec![("ChangeSetName", id)];
        if !token.is_empty() {
            form.push(("NextToken", &token));
        }
        let answer = call(session, "DescribeChangeSet", &form).await?;
        let text = |name: &str| answer.text_at(&format!("DescribeChangeSetResult/{name}")).to_owned();
        made.status = text("Status");
        made.reason = text("StatusReason");
        made.changes.extend(answer.list("DescribeChangeSetResult/Changes").iter().filter_map(change));
        token = text("NextToken");
        if token.is_empty() {
            return Ok(made);
        }
    }
}

/// How far the execution of a change set has come, such as `AVAILABLE` or `EXECUTE_IN_PROGRESS`.
///
/// # Errors
/// When the call fails for good.
pub async fn execution(session: &Session, id: &str) -> Result<String, CallError> {
    let answer = call(session, "DescribeChangeSet", &[("ChangeSetName", id)]).await?;
    Ok(answer.text_at("DescribeChangeSetResult/ExecutionStatus").to_owned())
}

fn change(member: &Xml) -> Option<Change> {
    let resource = member.at("ResourceChange")?;
    let text = |name: &str| resource.text_at(name).to_owned();
    Some(Change {
        action: text("Action"),
        logical_id: text("LogicalResourceId"),
        resource_type: text("ResourceType"),
        replacement: text("Replacement"),
    })
}

/// Begins to do what a change set says. What a first attempt made goes again when it is rolled back, the retained too: kept, it
/// would stand in the way of the next attempt, by its name.
///
/// # Errors
/// When the call fails for good.
///
/// The token makes a second request for the same thing the first one: an answer may be lost on its way.
pub async fn execute(session: &Session, change_set: &str, token: &str) -> Result<(), CallError> {
    let form = [("ChangeSetName", change_set), ("RetainExceptOnCreate", "true"), ("ClientRequestToken", token)];
    call(session, "ExecuteChangeSet", &form).await.map(drop)
}

/// Deletes a change set.
///
/// # Errors
/// When the call fails for good.
pub async fn delete_change_set(session: &Session, id: &str) -> Result<(), CallError> {
    call(session, "DeleteChangeSet", &[("ChangeSetName", id)]).await.map(drop)
}

/// Begins to delete a stack.
///
/// # Errors
/// When the call fails for good.
pub async fn delete_stack(session: &Session, id: &str) -> Result<(), CallError> {
    call(session, "DeleteStack", &[("StackName", id)]).await.map(drop)
}

/// The newest thing that happened to a stack.
///
/// # Errors
/// When the call fails for good.
pub async fn last_event(session: &Session, stack: &str) -> Result<Option<String>, CallError> {
    Ok(events_page(session, stack, "").await?.0.into_iter().next().map(|event| event.id))
}

/// What happened to a stack since an event, the oldest first; since ever where none is named.
///
/// # Errors
/// When the call fails for good.
pub async fn events(session: &Session, stack: &str, since: Option<&str>) -> Result<Vec<Event>, CallError> {
    let mut found = Vec::new();
    let mut token = String::new();
    loop {
        let (page, next) = events_page(session, stack, &token).await?;
        let is_last = page.iter().any(|event| since == Some(&event.id)) || next.is_empty();
        found.extend(page.into_iter().take_while(|event| since != Some(&event.id)));
        if is_last {
            found.reverse();
            return Ok(found);
        }
        token = next;
    }
}

/// CloudFormation gives the newest first.
async fn events_page(session: &Session, stack: &str, token: &str) -> Result<(Vec<Event>, String), CallError> {
    let mut form = vec![("StackName", stack)];
    if !token.is_empty() {
        form.push(("NextToken", token));
    }
    let answer = call(session, "DescribeStackEvents", &form).await?;
    let page = answer.list("DescribeStackEventsResult/StackEvents").iter().map(event).collect();
    Ok((page, answer.text_at("DescribeStackEventsResult/NextToken").to_owned()))
}

fn event(member: &Xml) -> Event {
    let text = |name: &str| member.text_at(name).to_owned();
    Event {
        id: text("EventId"),
        time: text("Timestamp"),
        logical_id: text("LogicalResourceId"),
        physical_id: text("PhysicalResourceId"),
        resource_type: text("ResourceType"),
        status: text("ResourceStatus"),
        reason: text("ResourceStatusReason"),
    }
}

fn source(template: &Template) -> (&'static str, &str) {
    match template {
        Template::Body(text) => ("TemplateBody", text),
        Template::Url(url) => ("TemplateURL", url),
    }
}

async fn call(session: &Session, action: &str, form: &[(&str, &str)]) -> Result<Xml, CallError> {
    let form: Vec<_> = form.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    session.query("cloudformation", VERSION, action, &form).await
}
