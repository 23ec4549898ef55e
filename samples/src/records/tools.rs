//! Tool calls: a `tool_use` block, the `tool_result` that answers it, and the `toolUseResult` twin beside it.

use super::{files, more, web};
use crate::json::{Json, arr, obj};
use crate::maker::{Label, Maker};
use crate::session::{Era, Lane, Session};

/// The field that holds a tool's answer.
pub(crate) const RESULT: &str = "user.message.content[type=tool_result].content";

/// A tool's use and its answer, made together so that they agree.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) input: Json,
    /// The `content` of the tool result: a string or an array of blocks.
    pub(crate) content: Json,
    /// `toolUseResult`, where there is one.
    pub(crate) twin: Option<Json>,
    pub(crate) failed: Option<bool>,
}

impl Call {
    pub(crate) fn new(
        maker: &mut Maker,
        name: impl Into<String>,
        input: Json,
        content: impl Into<Json>,
        twin: Option<Json>,
    ) -> Self {
        let id = format!("toolu_01{}", maker.dice.base62(22));
        Self { id, name: name.into(), input, content: content.into(), twin, failed: None }
    }

    /// The block that asks for the call.
    pub(crate) fn block(&self, session: &Session) -> Json {
        let block = obj! {"type" => "tool_use", "id" => &self.id, "name" => &self.name, "input" => self.input.clone()};
        if session.era >= Era::Middle { block.with("caller", obj! {"type" => "direct"}) } else { block }
    }

    /// The block that answers it.
    pub(crate) fn result_block(&self) -> Json {
        obj! {"tool_use_id" => &self.id, "type" => "tool_result", "content" => self.content.clone()}
            .with_some("is_error", self.failed)
    }

    /// Writes the record of type `user` that holds the answer.
    pub(crate) fn answer(self, maker: &mut Maker, session: &mut Session, lane: &mut Lane, asked_by: &str) {
        let mut body = obj! {"message" => obj!{"role" => "user", "content" => arr![self.result_block()]}};
        // Subagents mostly leave the twin out, and so do some programs that use the SDK.
        let alone = maker.dice.per_mille(if lane.agent.is_some() { 700 } else { 120 });
        if let Some(twin) = self.twin
            && (!alone || maker.asked("rare tool") < 75)
        {
            body.put("toolUseResult", twin);
        }
        if session.era >= Era::Middle {
            body.put("sourceToolAssistantUUID", asked_by.to_owned());
        }
        session.write(maker, lane, "user", body, Label { subtype: self.name, ..Label::of("user") });
    }
}

/// Makes one call: mostly one of the tools that are used all the time, else the next of the rare ones.
pub(crate) fn any(maker: &mut Maker, session: &mut Session) -> Call {
    // At first the rare ones come often, so that small sets hold each of them in several versions.
    if maker.asked("rare tool") < 75 && maker.dice.per_mille(600) {
        return rare(maker, session);
    }
    match maker.dice.below(100) {
        0..36 => files::bash(maker, session),
        36..60 => files::read(maker, session),
        60..72 => files::edit(maker, session),
        72..77 => files::write(maker, session),
        77..82 => files::grep(maker, session),
        82..86 => files::glob(maker, session),
        86..89 => more::todo_write(maker, session),
        89..94 => web::mcp(maker, session),
        94..96 => refused(maker, session),
        _ => rare(maker, session),
    }
}

/// The next rare tool, in turn.
pub(crate) fn rare(maker: &mut Maker, session: &mut Session) -> Call {
    type Make = fn(&mut Maker, &mut Session) -> Call;
    const RARE: &[Make] = &[
        files::multi_edit,
        web::fetch,
        web::search,
        more::ask,
        more::task_create,
        more::exit_plan_mode,
        files::list_folder,
        more::task_update,
        more::todo_write,
        more::todo_write,
        web::tool_search,
        more::task_output,
        more::skill,
        more::background_agent,
        files::read_image,
        more::task_stop,
        more::send_message,
        files::grep_with_everything,
        more::kill_shell,
        web::list_resources,
        more::bash_output,
        files::power_shell,
        more::todo_write,
        more::background_agent,
        more::task_list,
        web::mcp_image,
        files::lower_case_bash,
        more::enter_plan_mode,
    ];
    let make = maker.next_of("rare tool", RARE);
    make(maker, session)
}

/// A call that failed: the twin is a string that begins with `Error:`.
fn refused(maker: &mut Maker, session: &mut Session) -> Call {
    let mut call = match maker.dice.below(3) {
        0 => files::bash(maker, session),
        1 => files::read(maker, session),
        _ => web::mcp(maker, session),
    };
    let error = match maker.dice.below(4) {
        0 => "The user doesn't want to proceed with this tool use. The tool use was rejected.".to_owned(),
        1 => format!("<tool_use_error>{}</tool_use_error>", maker.line(RESULT, "File has not been read yet: {f}")),
        2 => maker.line(RESULT, "ENOENT: no such file or directory, open '{f}'"),
        _ => format!("Exit code 1\n{}", maker.output(RESULT, 300)),
    };
    call.twin = Some(Json::from(format!("Error: {error}")));
    call.content = Json::from(error);
    call.failed = Some(true);
    call
}
