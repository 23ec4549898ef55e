//! Calls of the tools that plan, ask and delegate.

use super::tools::{Call, RESULT};
use crate::json::{Json, arr, obj};
use crate::maker::Maker;
use crate::session::{Era, Session};

pub(crate) fn todo_write(maker: &mut Maker, session: &mut Session) -> Call {
    let count = maker.dice.between(2, 7);
    let done = maker.dice.below(count);
    let with_ids = session.era == Era::V1;
    let list: Vec<Json> = (0..count).map(|at| todo(maker, at, done, with_ids)).collect();
    let old = std::mem::replace(&mut session.todos, Json::Arr(list));
    let new = session.todos.clone();
    let mut twin = obj! {"oldTodos" => old, "newTodos" => new.clone()};
    if session.era >= Era::Middle {
        twin.put("verificationNudgeNeeded", false);
    }
    let content =
        "Todos have been modified successfully. Ensure that you continue to use the todo list to track your progress.";
    if maker.next_of("todo write", &[false, false, false, false, true]) {
        session.todos = Json::NONE;
        let twin = obj! {"oldTodos" => new, "newTodos" => Json::NONE};
        return Call::new(maker, "TodoWrite", obj! {"todos" => Json::NONE}, content, Some(twin));
    }
    Call::new(maker, "TodoWrite", obj! {"todos" => new}, content, Some(twin))
}

pub(crate) fn todo(maker: &mut Maker, at: usize, done: usize, with_ids: bool) -> Json {
    let place = "assistant.message.content[type=tool_use].input<TodoWrite>.todos[].content";
    let status = match at.cmp(&done) {
        std::cmp::Ordering::Less => "completed",
        std::cmp::Ordering::Equal => "in_progress",
        std::cmp::Ordering::Greater => "pending",
    };
    let mut item = obj! {"content" => maker.line(place, "{v} the {a} {n}"), "status" => status};
    if with_ids {
        item = item.with("priority", "high").with("id", (at + 1).to_string());
    }
    item.with("activeForm", maker.plain("{v}ing the {n}"))
}

/// The input and the parts of the answer that the two generations of the agent tool share.
pub(crate) fn agent_input(maker: &mut Maker, session: &Session) -> (&'static str, Json, String) {
    let prompt = maker.reply("assistant.message.content[type=tool_use].input<Task>.prompt", 500);
    let kind = maker.dice.pick(&["general-purpose", "Explore", "Plan", "code-reviewer"]);
    let mut input = obj! {"description" => maker.plain("{v} {a} {n}"), "prompt" => &prompt, "subagent_type" => kind};
    if session.era == Era::Late {
        return ("Agent", input, prompt);
    }
    if maker.dice.per_mille(200) {
        input = input.with("model", "haiku");
    }
    ("Task", input, prompt)
}

/// The answer of a subagent that ran to its end.
pub(crate) fn agent_answer(maker: &mut Maker, session: &Session, agent: &str, prompt: String) -> (Json, Json) {
    let report = maker.reply("user.toolUseResult.content[type=text].text", 2500);
    let content = if maker.next_of("agent answer", &[false, false, false, true]) {
        Json::NONE
    } else {
        arr![obj! {"type" => "text", "text" => report}]
    };
    let (input, output) = (maker.dice.between(3, 20), maker.dice.between(100, 6000));
    let (created, read) = (maker.dice.below(9000), maker.dice.below(60_000));
    let split = obj! {"ephemeral_1h_input_tokens" => 0, "ephemeral_5m_input_tokens" => created};
    let mut usage = obj! {
        "input_tokens" => input, "cache_creation_input_tokens" => created, "cache_read_input_tokens" => read, "output_tokens" => output,
        "server_tool_use" => obj!{"web_search_requests" => 0, "web_fetch_requests" => 0}, "service_tier" => "standard", "cache_creation" => split.clone(),
    };
    if maker.next_of("agent usage", &[false, false, true, false]) {
        usage = obj! {
            "input_tokens" => input, "cache_creation_input_tokens" => created, "cache_read_input_tokens" => read, "output_tokens" => output,
            "server_tool_use" => Json::Null, "service_tier" => Json::Null, "cache_creation" => Json::Null, "inference_geo" => Json::Null,
            "iterations" => Json::Null, "speed" => Json::Null,
        };
    } else if session.era >= Era::Middle {
        let iterations = if session.era == Era::Late {
            arr![obj! {
                "input_tokens" => input, "output_tokens" => output, "cache_read_input_tokens" => read,
                "cache_creation_input_tokens" => created, "cache_creation" => split, "type" => "message",
            }]
        } else {
            Json::NONE
        };
        usage = usage.with("inference_geo", "").with("iterations", iterations).with("speed", "standard");
    }
    let tokens = input + output + created + read;
    let mut twin = obj! {
        "status" => "completed", "prompt" => prompt, "agentId" => agent.to_owned(), "content" => content.clone(),
        "totalDurationMs" => maker.dice.between(4000, 300_000), "totalTokens" => tokens, "totalToolUseCount" => maker.dice.below(40), "usage" => usage,
    };
    if session.era == Era::Late {
        let stats = obj! {
            "readCount" => maker.dice.below(30), "searchCount" => maker.dice.below(20), "bashCount" => maker.dice.below(10), "editFileCount" => 0,
            "linesAdded" => 0, "linesRemoved" => 0, "otherToolCount" => maker.dice.below(3),
        };
        twin = twin.with("agentType", "Explore").with("toolStats", stats);
    }
    (content, twin)
}

pub(crate) fn background_agent(maker: &mut Maker, session: &mut Session) -> Call {
    let (name, input, prompt) = agent_input(maker, session);
    let agent = maker.dice.hex(17);
    let output = session.task_output(&agent);
    let content = arr![
        obj! {"type" => "text", "text" => format!("Async agent launched successfully.\nagentId: {agent}\noutput_file: {output}")}
    ];
    let twin = obj! {
        "isAsync" => true, "status" => "async_launched", "agentId" => agent, "description" => maker.plain("{v} {n}"), "prompt" => prompt,
        "outputFile" => output, "canReadOutputFile" => true,
    };
    Call::new(maker, name, input.with("run_in_background", true), content, Some(twin))
}

pub(crate) fn ask(maker: &mut Maker, session: &mut Session) -> Call {
    let mut questions = Vec::new();
    let mut answers = Json::EMPTY;
    for at in 0..maker.dice.between(1, 3) {
        let question = maker.line(
            "assistant.message.content[type=tool_use].input<AskUserQuestion>.questions[].question",
            "Which {n} should the {a} {n} use?",
        );
        let mut options = Vec::new();
        for _ in 0..maker.dice.between(2, 4) {
            let description = maker.line(
                "assistant.message.content[type=tool_use].input<AskUserQuestion>.questions[].options[].description",
                "{v} the {n}, {a}",
            );
            let mut option = obj! {"label" => maker.plain("{a} {n}"), "description" => description};
            if at == 0 && session.era == Era::Late {
                option.put("preview", maker.plain("+---{n}---+\n| {a} |"));
            }
            options.push(option);
        }
        let answer = maker.line("user.toolUseResult.answers.{*}", "{a} {n}");
        answers.put(question.clone(), answer);
        questions.push(
            obj! {"question" => question, "header" => maker.plain("{n}"), "options" => options, "multiSelect" => false},
        );
    }
    let content = format!("User has answered your questions: {}", answers.text());
    let twin = obj! {"questions" => questions.clone(), "answers" => answers};
    Call::new(maker, "AskUserQuestion", obj! {"questions" => questions}, content, Some(twin))
}

pub(crate) fn enter_plan_mode(maker: &mut Maker, _: &mut Session) -> Call {
    let text =
        "Entered plan mode. You should now focus on exploring the codebase and designing an implementation approach.";
    Call::new(maker, "EnterPlanMode", Json::EMPTY, text, Some(obj! {"message" => text}))
}

pub(crate) fn exit_plan_mode(maker: &mut Maker, session: &mut Session) -> Call {
    let plan = maker.reply("assistant.message.content[type=tool_use].input<ExitPlanMode>.plan", 1500);
    let content = format!("User has approved your plan. You can now start coding.\n\n## Approved Plan:\n{plan}");
    let file = session.plan_file(maker);
    match maker.next_of("exit plan mode", &[0, 1, 2]) {
        0 => {
            let twin = obj! {"plan" => Json::Null, "isAgent" => false, "filePath" => file};
            Call::new(maker, "ExitPlanMode", Json::EMPTY, content, Some(twin))
        }
        1 => Call::new(
            maker,
            "ExitPlanMode",
            obj! {"plan" => &plan},
            content,
            Some(obj! {"plan" => &plan, "isAgent" => false}),
        ),
        _ => {
            let allowed = arr![obj! {"tool" => "Bash", "prompt" => maker.plain("run the {n} tests")}];
            let input = obj! {"allowedPrompts" => allowed, "plan" => &plan, "planFilePath" => &file};
            Call::new(
                maker,
                "ExitPlanMode",
                input,
                content,
                Some(obj! {"plan" => &plan, "isAgent" => false, "filePath" => &file}),
            )
        }
    }
}

pub(crate) fn task_create(maker: &mut Maker, _: &mut Session) -> Call {
    let subject = maker.line("assistant.message.content[type=tool_use].input<TaskCreate>.subject", "{v} the {n}");
    let id = maker.dice.between(1, 30).to_string();
    let input = obj! {
        "subject" => &subject, "description" => maker.line("assistant.message.content[type=tool_use].input<TaskCreate>.description", "{v} `{i}` in {f}"),
        "activeForm" => maker.plain("{v}ing"),
    };
    let content = format!("Task #{id} created successfully: {subject}");
    Call::new(maker, "TaskCreate", input, content, Some(obj! {"task" => obj!{"id" => id, "subject" => subject}}))
}

pub(crate) fn task_update(maker: &mut Maker, _: &mut Session) -> Call {
    let id = maker.dice.between(1, 30).to_string();
    let mut input = obj! {"taskId" => &id, "status" => "in_progress"};
    let twin = if maker.next_of("task update", &[true, false]) {
        let change = obj! {"from" => "pending", "to" => "in_progress"};
        obj! {"success" => true, "taskId" => &id, "updatedFields" => arr!["status"], "statusChange" => change, "verificationNudgeNeeded" => false}
    } else {
        input.put("addBlockedBy", arr!["1"]);
        obj! {"success" => true, "taskId" => &id, "updatedFields" => Json::NONE}
    };
    Call::new(maker, "TaskUpdate", input, format!("Updated task #{id} status"), Some(twin))
}

pub(crate) fn task_list(maker: &mut Maker, _: &mut Session) -> Call {
    Call::new(maker, "TaskList", Json::EMPTY, "No tasks found", Some(obj! {"tasks" => Json::NONE}))
}

pub(crate) fn task_output(maker: &mut Maker, _: &mut Session) -> Call {
    let id = maker.dice.letters("abcdefghijklmnopqrstuvwxyz0123456789", 9);
    let local = maker.next_of("task output", &[true, false]);
    let output = maker.output("user.toolUseResult.task.output", 700);
    let mut task = obj! {
        "task_id" => &id, "task_type" => if local { "local_bash" } else { "local_agent" }, "status" => "completed",
        "description" => maker.plain("{v} the {n}"), "output" => &output,
    };
    if local {
        task.put("exitCode", 0);
    } else {
        task = task
            .with("prompt", maker.reply("user.toolUseResult.task.prompt", 300))
            .with("result", maker.reply("user.toolUseResult.task.result", 900));
        task.put("exitCode", Json::Null);
    }
    let content = format!(
        "<retrieval_status>success</retrieval_status>\n\n<task_id>{id}</task_id>\n\n<output>\n{output}\n</output>"
    );
    let input = obj! {"task_id" => id, "block" => true, "timeout" => 30_000};
    Call::new(maker, "TaskOutput", input, content, Some(obj! {"retrieval_status" => "success", "task" => task}))
}

pub(crate) fn task_stop(maker: &mut Maker, _: &mut Session) -> Call {
    let id = maker.dice.letters("abcdefghijklmnopqrstuvwxyz0123456789", 9);
    let command = maker.command("user.toolUseResult.command");
    let twin = obj! {"message" => format!("Successfully stopped task: {id}"), "task_id" => &id, "task_type" => "local_bash", "command" => command};
    let content = twin.text();
    Call::new(maker, "TaskStop", obj! {"task_id" => id}, content, Some(twin))
}

pub(crate) fn kill_shell(maker: &mut Maker, _: &mut Session) -> Call {
    let id = maker.dice.hex(6);
    let twin = obj! {"message" => format!("Successfully killed shell: {id}"), "shell_id" => &id};
    Call::new(maker, "KillShell", obj! {"shell_id" => id}, twin.text(), Some(twin))
}

pub(crate) fn bash_output(maker: &mut Maker, session: &mut Session) -> Call {
    let id = maker.dice.hex(6);
    let stdout = maker.output("user.toolUseResult.stdout", 400);
    let twin = obj! {
        "shellId" => &id, "command" => maker.command("user.toolUseResult.command"), "status" => "running",
        "exitCode" => maker.next_of("bash output", &[true, false]).then_some(0), "stdout" => &stdout, "stderr" => "",
        "stdoutLines" => stdout.lines().count(), "stderrLines" => 0, "timestamp" => session.tick(maker),
    };
    let content = format!("<status>running</status>\n\n<stdout>\n{stdout}\n</stdout>");
    Call::new(maker, "BashOutput", obj! {"bash_id" => id}, content, Some(twin))
}

pub(crate) fn send_message(maker: &mut Maker, _: &mut Session) -> Call {
    let text = maker.reply("assistant.message.content[type=tool_use].input<SendMessage>.content", 300);
    let input = obj! {"type" => "message", "recipient" => "team-lead", "to" => "team-lead", "content" => text, "summary" => maker.plain("{n} is {a}")};
    let twin = obj! {"success" => true, "message" => maker.line("user.toolUseResult.message", "Message sent to the {n} inbox")};
    let content = arr![obj! {"type" => "text", "text" => twin.text()}];
    Call::new(maker, "SendMessage", input, content, Some(twin))
}

pub(crate) fn skill(maker: &mut Maker, _: &mut Session) -> Call {
    let name = maker.plain("{v}-{n}");
    let input = obj! {"skill" => &name, "args" => maker.line("assistant.message.content[type=tool_use].input<Skill>.args", "{n} {f}")};
    let mut twin = obj! {"success" => true, "commandName" => &name};
    if maker.next_of("skill", &[true, false]) {
        twin.put("allowedTools", arr!["Read", "Bash(git log:*)"]);
    }
    let content = maker.line(RESULT, &format!("Launching skill: {name}"));
    Call::new(maker, "Skill", input, content, Some(twin))
}
