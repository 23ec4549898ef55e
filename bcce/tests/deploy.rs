//! `bcce deploy` against a double that answers as CloudFormation and Grafana do when something is wrong.
#![expect(clippy::unwrap_used, reason = "a failed test should panic")]

mod double;

use std::process::Output;

use double::answers::{answered, event, no_stack, refused, stack, well};
use double::{Call, Double};

const INFRASTRUCTURE: [&str; 6] =
    ["deploy", "--component", "infrastructure", "--region", "eu-central-1", "--template-bucket=templates"];
/// Not to be seen in any output.
fn hush() -> String {
    ["an", "external", "id", "of", "this", "test"].join("-")
}

/// Runs a deployment that gives the secret; its output, which must not show it.
fn deployed(double: &Double, more: &[&str]) -> (Option<i32>, String, String) {
    let secret = format!("--parameter=ExternalId={}", hush());
    let arguments: Vec<&str> =
        INFRASTRUCTURE.iter().copied().chain([secret.as_str()]).chain(more.iter().copied()).collect();
    seen(double.run(&arguments, &[]).unwrap())
}

fn seen(output: Output) -> (Option<i32>, String, String) {
    let out = String::from_utf8(output.stdout).unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(!out.contains(&hush()) && !err.contains(&hush()), "the secret is shown: {out}{err}");
    (output.status.code(), out, err)
}

#[test]
fn a_stack_is_made_after_its_changes_were_shown() {
    let double = Double::new(|call, before| match (call.action(), before) {
        ("DescribeStacks", 0) => no_stack(),
        ("DescribeStacks", _) => stack("CREATE_COMPLETE"),
        ("DescribeStackEvents", before) => {
            let mut events = event("1", "bcce-lake", "AWS::CloudFormation::Stack", "REVIEW_IN_PROGRESS", "");
            if before > 0 {
                events = event("2", "InternalBucket", "AWS::S3::Bucket", "CREATE_COMPLETE", "") + &events;
            }
            if before > 1 {
                events = event("3", "bcce-lake", "AWS::CloudFormation::Stack", "CREATE_COMPLETE", "") + &events;
            }
            answered("DescribeStackEvents", &format!("<StackEvents>{events}</StackEvents>"))
        }
        _ => well(call),
    })
    .unwrap();
    let (code, out, err) = deployed(&double, &["--yes", "-v"]);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(err.contains("account 123456789012 as arn:aws:iam::123456789012:user/ada"), "{err}");
    assert!(err.contains("CREATE_COMPLETE InternalBucket AWS::S3::Bucket"), "{err}");
    assert!(
        out.contains("action  resource        type             replaces\nAdd     InternalBucket  AWS::S3::Bucket\n"),
        "{out}"
    );
    let policy = out.split("policy in eu-central-1:\n\n").nth(1).unwrap();
    let policy: toml::Table = policy.parse().unwrap();
    let streams = &policy["sink"]["firehose"]["streams"];
    assert_eq!(streams["restricted"].as_str(), Some("bcce-restricted"));
    assert_eq!(policy["sink"]["firehose"]["assume_role"]["role_arn"].as_str(), Some("arn:aws:iam::1:role/w"));
    let calls = double.calls();
    let created = calls.iter().find(|call| call.action() == "CreateChangeSet").unwrap();
    for sent in ["ChangeSetType=CREATE", "Capabilities.member.1=CAPABILITY_NAMED_IAM", "TemplateURL=http"] {
        assert!(created.body.contains(sent), "{}", created.body);
    }
    assert!(!created.body.contains("Prefix"), "what has a default is not sent");
}

#[test]
fn a_rollback_is_an_error_with_the_first_reasons() {
    let double = Double::new(|call, before| match (call.action(), before) {
        ("DescribeStacks", _) => stack("UPDATE_COMPLETE"),
        ("DescribeStackEvents", 0) => answered("DescribeStackEvents", ""),
        ("DescribeStackEvents", _) => {
            let reason = format!("the policy names {}", hush());
            let events = [
                event("4", "bcce-lake", "AWS::CloudFormation::Stack", "UPDATE_ROLLBACK_COMPLETE", ""),
                event("3", "Other", "AWS::SNS::Topic", "UPDATE_FAILED", "Resource update cancelled"),
                event("2", "AdminRole", "AWS::IAM::Role", "UPDATE_FAILED", &reason),
                event("1", "bcce-lake", "AWS::CloudFormation::Stack", "UPDATE_IN_PROGRESS", ""),
            ];
            answered("DescribeStackEvents", &format!("<StackEvents>{}</StackEvents>", events.concat()))
        }
        _ => well(call),
    })
    .unwrap();
    let (code, out, err) = deployed(&double, &["--yes", "--json"]);
    assert_eq!(code, Some(2), "{out}{err}");
    assert!(err.contains(
        "error: the stack bcce-lake in eu-central-1 was not deployed: it is in state UPDATE_ROLLBACK_COMPLETE"
    ));
    assert!(err.contains("\n  AdminRole (AWS::IAM::Role): the policy names ****\n"), "{err}");
    assert!(err.contains("hint: the stack is as it was before"), "{err}");
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    let region = &told["regions"][0];
    assert_eq!((&region["outcome"], &region["failures"][0]["logical_id"]), (&"failed".into(), &"AdminRole".into()));
    assert_eq!(region["parameters"]["ExternalId"], "****");
    assert_eq!(region["failures"].as_array().map(Vec::len), Some(1), "what was cancelled is no cause");
}

#[test]
fn a_deployment_that_may_not_begin_takes_its_change_set_away() {
    let double = Double::new(|call, _| match call.action() {
        "DescribeStacks" => stack("UPDATE_COMPLETE"),
        "DescribeStackEvents" => answered("DescribeStackEvents", ""),
        "ExecuteChangeSet" => refused("AccessDenied", "not you"),
        _ => well(call),
    })
    .unwrap();
    let (code, _, err) = deployed(&double, &["--yes"]);
    assert_eq!(code, Some(2), "{err}");
    assert!(
        err.contains("nothing was deployed, and the change set is deleted") && err.contains("AccessDenied"),
        "{err}"
    );
    assert_eq!(double.actions().last().map(String::as_str), Some("DeleteChangeSet"));
}

#[test]
fn a_deployment_whose_beginning_was_not_answered_is_watched_all_the_same() {
    let double = Double::new(|call, before| match (call.action(), before) {
        ("DescribeStacks", _) => stack("UPDATE_COMPLETE"),
        // The first request was done and its answer lost; the second meets what the first one began.
        ("ExecuteChangeSet", 0) => (503, String::new()),
        ("ExecuteChangeSet", _) => refused("InvalidChangeSetStatus", "EXECUTE_IN_PROGRESS"),
        ("DescribeChangeSet", before) if before > 0 => {
            answered("DescribeChangeSet", "<ExecutionStatus>EXECUTE_IN_PROGRESS</ExecutionStatus>")
        }
        ("DescribeStackEvents", 0) => answered("DescribeStackEvents", ""),
        ("DescribeStackEvents", _) => {
            let end = event("2", "bcce-lake", "AWS::CloudFormation::Stack", "UPDATE_COMPLETE", "");
            answered("DescribeStackEvents", &format!("<StackEvents>{end}</StackEvents>"))
        }
        _ => well(call),
    })
    .unwrap();
    let (code, out, err) = deployed(&double, &["--yes"]);
    assert_eq!(code, Some(0), "{out}{err}");
    let calls = double.calls();
    let tokens: Vec<&str> = calls
        .iter()
        .filter(|call| call.action() == "ExecuteChangeSet")
        .filter_map(|call| call.body.split("ClientRequestToken=").nth(1))
        .collect();
    assert!(tokens.len() == 2 && tokens[0] == tokens[1], "{tokens:?}");
}

#[test]
fn a_parameter_is_read_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("id");
    std::fs::write(&file, format!("{}\n", hush())).unwrap();
    let double = Double::new(|call, _| match call.action() {
        "DescribeStacks" => no_stack(),
        _ => well(call),
    })
    .unwrap();
    let parameter = format!("--parameter=ExternalId=@{}", file.display());
    let arguments: Vec<&str> = INFRASTRUCTURE.iter().copied().chain([parameter.as_str(), "--dry-run"]).collect();
    seen(double.run(&arguments, &[]).unwrap());
    let calls = double.calls();
    let created = calls.iter().find(|call| call.action() == "CreateChangeSet").unwrap();
    assert!(created.body.contains(&format!("ParameterValue={}", hush())), "{}", created.body);
}

#[test]
fn without_changes_nothing_is_done_and_the_change_set_goes() {
    let double = Double::new(|call, _| match call.action() {
        "DescribeStacks" => stack("CREATE_COMPLETE"),
        "DescribeChangeSet" => answered(
            "DescribeChangeSet",
            "<Status>FAILED</Status><StatusReason>The submitted information didn't contain changes. Submit different</StatusReason>",
        ),
        _ => well(call),
    })
    .unwrap();
    let (code, out, err) = deployed(&double, &[]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.starts_with("eu-central-1: nothing to change in the stack bcce-lake\n"), "{out}");
    let actions = double.actions();
    assert!(
        actions.contains(&"DeleteChangeSet".to_owned()) && !actions.contains(&"DeleteStack".to_owned()),
        "{actions:?}"
    );
    // What is not given keeps its value.
    let double =
        Double::new(|call, _| if call.action() == "DescribeStacks" { stack("CREATE_COMPLETE") } else { well(call) });
    let double = double.unwrap();
    let arguments: Vec<&str> = INFRASTRUCTURE.into_iter().chain(["--dry-run"]).collect();
    assert_eq!(seen(double.run(&arguments, &[]).unwrap()).0, Some(0));
    let calls = double.calls();
    let created = calls.iter().find(|call| call.action() == "CreateChangeSet").unwrap();
    assert!(
        created.body.contains("ParameterKey=ExternalId&Parameters.member.1.UsePreviousValue=true"),
        "{}",
        created.body
    );
}

#[test]
fn what_a_failed_or_undecided_attempt_made_is_taken_away() {
    let attempt = |reason: &'static str, more: &[&str]| {
        let double = Double::new(move |call, before| match (call.action(), before) {
            ("DescribeStacks", 0) => no_stack(),
            ("DescribeStacks", 1) => stack("REVIEW_IN_PROGRESS"),
            ("DescribeStacks", _) => stack("DELETE_COMPLETE"),
            ("DescribeChangeSet", _) if !reason.is_empty() => {
                answered("DescribeChangeSet", &format!("<Status>FAILED</Status><StatusReason>{reason}</StatusReason>"))
            }
            _ => well(call),
        })
        .unwrap();
        let (code, _, err) = deployed(&double, more);
        let actions = double.actions();
        assert!(!actions.contains(&"ExecuteChangeSet".to_owned()), "{actions:?}");
        for action in ["DeleteChangeSet", "DeleteStack"] {
            assert!(actions.contains(&action.to_owned()), "{actions:?}");
        }
        (code, err)
    };
    let (code, err) = attempt("Transform failed", &["--yes"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("error: CloudFormation made no change set (FAILED): Transform failed"), "{err}");
    let (code, err) = attempt("", &[]);
    assert_eq!(code, Some(2));
    assert!(err.contains("nobody can be asked") && err.contains("hint: --yes"), "{err}");
    assert_eq!(attempt("", &["--dry-run"]).0, Some(0));
}

#[test]
fn a_refusal_says_who_refused_what_and_what_helps() {
    let check = |action: &'static str, answer: fn() -> (u16, String), expected: &[&str]| {
        let double = Double::new(move |call, _| match call.action() {
            of if of == action || call.line.starts_with(action) => answer(),
            "DescribeStacks" => no_stack(),
            _ => well(call),
        })
        .unwrap();
        let (code, out, err) = deployed(&double, &["--yes"]);
        assert_eq!(code, Some(2), "{out}{err}");
        for part in expected {
            assert!(err.contains(part), "{part}: {err}");
        }
        assert!(!double.actions().contains(&"ExecuteChangeSet".to_owned()));
    };
    check(
        "DescribeStacks",
        || refused("AccessDenied", "not authorized"),
        &["DescribeStacks: AccessDenied", "hint: this identity"],
    );
    check("GetCallerIdentity", || refused("ExpiredToken", "old"), &["hint: the credentials have expired"]);
    check("DescribeStacks", || stack("ROLLBACK_COMPLETE"), &["is in state ROLLBACK_COMPLETE", "delete-stack"]);
    check("DescribeStacks", || stack("UPDATE_ROLLBACK_FAILED"), &["continue-update-rollback"]);
    check("ValidateTemplate", || refused("ValidationError", "Template format error"), &["Template format error"]);
    let gone = || (404, "<Error><Code>NoSuchBucket</Code><Message>no</Message></Error>".to_owned());
    check("PUT /templates/", gone, &["there is no bucket templates", "hint: make one"]);
    let elsewhere = || (301, "<Error><Code>PermanentRedirect</Code></Error>".to_owned());
    check("PUT /templates/", elsewhere, &["lies in another region than eu-central-1"]);
    let unknown =
        || answered("ValidateTemplate", "<Parameters><member><ParameterKey>Other</ParameterKey></member></Parameters>");
    check("ValidateTemplate", unknown, &["the template has no parameter ExternalId", "hint: it has Other"]);
    check("DescribeStacks", || (200, "<html><body>log in".to_owned()), &["the answer is not one of the service"]);
}

#[test]
fn a_stack_that_cannot_be_watched_any_more_is_said_to_go_on() {
    let double = Double::new(|call, before| match (call.action(), before) {
        ("DescribeStacks", _) => stack("CREATE_COMPLETE"),
        ("DescribeStackEvents", 0) => answered("DescribeStackEvents", ""),
        ("DescribeStackEvents", _) => refused("ExpiredToken", "the token has expired"),
        _ => well(call),
    })
    .unwrap();
    let (code, _, err) = deployed(&double, &["--yes"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("error: the deployment goes on in AWS, but cannot be watched from here"), "{err}");
    assert!(err.contains("hint: the credentials have expired"), "{err}");
}

#[cfg(unix)]
#[test]
fn an_interruption_leaves_the_deployment_to_aws_and_says_so() {
    let (tell, told) = std::sync::mpsc::channel();
    let double = Double::new(move |call, before| match (call.action(), before) {
        ("DescribeStacks", _) => stack("CREATE_COMPLETE"),
        ("DescribeStackEvents", before) => {
            if before == 2 {
                tell.send(()).unwrap();
            }
            answered("DescribeStackEvents", "")
        }
        _ => well(call),
    })
    .unwrap();
    let arguments: Vec<&str> = INFRASTRUCTURE.into_iter().chain(["--yes"]).collect();
    let program = double.command(&arguments, &[]).spawn().unwrap();
    told.recv_timeout(std::time::Duration::from_secs(60)).unwrap();
    std::process::Command::new("kill").args(["-INT", &program.id().to_string()]).status().unwrap();
    let (code, _, err) = seen(program.wait_with_output().unwrap());
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("the deployment of bcce-lake in eu-central-1 goes on in AWS"), "{err}");
    assert!(
        err.contains("hint: `aws cloudformation describe-stack-events --region eu-central-1 --stack-name bcce-lake`")
    );
}

#[test]
fn the_first_region_that_fails_ends_the_command() {
    let double = Double::new(|call, _| {
        let is_second = call.headers.contains("/eu-west-1/");
        match call.action() {
            "DescribeStacks" if is_second => refused("AccessDenied", "not here"),
            "DescribeStacks" => stack("CREATE_COMPLETE"),
            _ => well(call),
        }
    })
    .unwrap();
    let (code, _, err) = deployed(&double, &["--dry-run", "--region", "eu-west-1", "--region", "eu-north-1"]);
    assert_eq!(code, Some(2));
    let said = "eu-central-1: shown, not changed\neu-west-1: failed\neu-north-1: not begun\n";
    assert!(err.contains(said), "{err}");
}

#[test]
fn what_cannot_be_meant_is_refused_before_any_call() {
    let double = Double::new(|call, _| well(call)).unwrap();
    let check = |arguments: &[&str], environment: &[(&str, &str)], expected: &str| {
        let (code, _, err) = seen(double.run(arguments, environment).unwrap());
        let usage = ["is not KEY=VALUE", "is for other components", "nothing to deploy to", "no server is named"];
        let wanted = if usage.iter().any(|words| expected.contains(words)) { 64 } else { 2 };
        assert_eq!(code, Some(wanted), "{err}");
        assert!(err.contains(expected) && err.contains("hint: "), "{arguments:?}: {err}");
    };
    let secret = format!("--parameter={}", hush());
    check(&["deploy", "--component", "infrastructure", &secret], &[], "--parameter number 1 is not KEY=VALUE");
    check(&["deploy", "--component", "log-aggregation"], &[], "no region is known");
    check(
        &["deploy", "--component", "log-aggregation", "--parameter", "A=b"],
        &[],
        "--parameter is for other components",
    );
    check(&["deploy", "--component", "dashboards"], &[], "no server is named");
    check(
        &["deploy", "--component", "dashboards", "--grafana", "http://grafana.example.com"],
        &[],
        "plain http is for loopback",
    );
    check(&["deploy", "--component", "dashboards", "--grafana", "https://u:p@h"], &[], "cannot use the endpoint");
    check(&["deploy", "--component", "dashboards", "--grafana", double.url()], &[], "GRAFANA_TOKEN is not set");
    check(&["--lake", "x", "deploy", "--component", "infrastructure"], &[], "nothing to deploy to");
    let region = ["deploy", "--component", "infrastructure", "--region", "eu-central-1"];
    check(&region, &[], "of which CloudFormation takes 51200 directly");
    let nobody = [("AWS_ACCESS_KEY_ID", ""), ("AWS_SECRET_ACCESS_KEY", "")];
    check(&INFRASTRUCTURE, &nobody, "there are no AWS credentials");
    assert!(double.calls().is_empty(), "{:?}", double.actions());
}

#[test]
fn grafana_gets_every_dashboard_or_says_why_not() {
    let server = |org: (u16, &'static str), write: (u16, &'static str)| {
        Double::new(move |call, _| match call.line.as_str() {
            "GET /grafana/api/health" => (200, r#"{"database":"ok","version":"12.0.0"}"#.to_owned()),
            "GET /grafana/api/org" => (org.0, org.1.to_owned()),
            "POST /grafana/api/dashboards/db" => (write.0, write.1.to_owned()),
            _ => (404, "{}".to_owned()),
        })
        .unwrap()
    };
    let run = |double: &Double, more: &[&str]| {
        let url = format!("{}/grafana/", double.url());
        let arguments: Vec<&str> = ["deploy", "--component", "dashboards", "--grafana", &url]
            .into_iter()
            .chain(more.iter().copied())
            .collect();
        seen(double.run(&arguments, &[("GRAFANA_TOKEN", &hush())]).unwrap())
    };
    let double = server((200, r#"{"name":"Main"}"#), (200, r#"{"url":"/d/x"}"#));
    let (code, out, err) = run(&double, &["--yes"]);
    assert_eq!((code, out.as_str()), (Some(0), "5 dashboards written\n"), "{err}");
    assert!(err.contains("Grafana 12.0.0") && err.contains("organisation Main"), "{err}");
    let writes: Vec<Call> = double.calls().into_iter().filter(|call| call.line.starts_with("POST")).collect();
    assert_eq!(writes.len(), 5);
    for write in writes {
        let body: serde_json::Value = serde_json::from_str(&write.body).unwrap();
        assert_eq!(body["overwrite"], true);
        assert!(
            body["dashboard"]["uid"].as_str().is_some_and(|uid| uid.starts_with("bcce-")),
            "{}",
            body["dashboard"]["uid"]
        );
        assert!(write.headers.contains(&format!("authorization: Bearer {}", hush())), "{}", write.headers);
    }
    let (code, out, _) = run(&double, &["--dry-run"]);
    assert_eq!(code, Some(0));
    assert!(out.contains("would write cost.json"), "{out}");
    let (code, _, err) = run(&server((401, r#"{"message":"Invalid API key"}"#), (200, "{}")), &["--yes"]);
    assert_eq!(code, Some(2));
    assert!(
        err.contains("does not take the token (HTTP 401: Invalid API key)") && err.contains("hint: GRAFANA_TOKEN"),
        "{err}"
    );
    let (code, _, err) = run(&server((403, "{}"), (412, r#"{"message":"name exists"}"#)), &["--yes"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("0 of 5 dashboards were written") && err.contains("HTTP 412: name exists"), "{err}");
    let no_grafana = Double::new(|_, _| (200, "<html>".to_owned())).unwrap();
    assert!(run(&no_grafana, &["--yes"]).2.contains("does not answer as Grafana does"));
}
