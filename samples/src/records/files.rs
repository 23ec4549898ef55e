//! Calls of the tools that run commands and work on files.

use super::tools::{Call, RESULT};
use crate::json::{Json, arr, obj};
use crate::maker::{Maker, join};
use crate::plant::Surface;
use crate::session::{Era, Session};
use crate::text::with_gutter;

pub(crate) fn bash(maker: &mut Maker, session: &mut Session) -> Call {
    let mut input = obj! {"command" => maker.command("assistant.message.content[type=tool_use].input<Bash>.command")};
    if maker.dice.per_mille(890) {
        input.put(
            "description",
            maker.line("assistant.message.content[type=tool_use].input<Bash>.description", "{v} the {a} {n}"),
        );
    }
    if maker.dice.per_mille(110) {
        input.put("timeout", maker.dice.pick(&[60_000, 120_000, 300_000]));
    }
    let stdout = if maker.dice.per_mille(110) { String::new() } else { maker.output("user.toolUseResult.stdout", 640) };
    let stderr = if maker.dice.per_mille(150) { maker.output("user.toolUseResult.stderr", 200) } else { String::new() };
    let mut content = [stdout.as_str(), stderr.as_str()].join(if stderr.is_empty() { "" } else { "\n" });
    let mut twin = obj! {"stdout" => stdout, "stderr" => stderr, "interrupted" => false, "isImage" => false};
    if session.era >= Era::Middle {
        twin.put("noOutputExpected", content.is_empty());
    }
    match maker.next_of("bash", &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
        0 => twin.put("returnCodeInterpretation", "No matches found"),
        1 => {
            let task = maker.dice.letters("abcdefghijklmnopqrstuvwxyz0123456789", 9);
            content = format!("Command running in background with ID: {task}");
            input.put("run_in_background", true);
            twin.put("backgroundTaskId", task);
            twin.put("assistantAutoBackgrounded", false);
        }
        2 if session.era >= Era::Middle => {
            let path = maker.own.path(&format!(".claude/projects/x/tool-results/{}.txt", maker.dice.hex(8)));
            content =
                format!("<persisted-output>\nOutput too large. Full output saved to: {path}\n</persisted-output>");
            twin.put("persistedOutputPath", path);
            twin.put("persistedOutputSize", maker.dice.between(30_000, 900_000));
        }
        _ => {}
    }
    let mut call = Call::new(maker, "Bash", input, content, Some(twin));
    call.failed = (maker.dice.below(2) == 0).then_some(false);
    call
}

pub(crate) fn lower_case_bash(maker: &mut Maker, session: &mut Session) -> Call {
    let mut call = bash(maker, session);
    call.name = "bash".into();
    call
}

pub(crate) fn power_shell(maker: &mut Maker, _: &mut Session) -> Call {
    let place = "assistant.message.content[type=tool_use].input<PowerShell>.command";
    let input = obj! {
        "command" => maker.line(place, "Get-ChildItem -Recurse .\\{n} | Select-String '{i}' | Select-Object -First {d}"),
        "description" => maker.plain("{v} {n}"), "timeout" => 60_000,
    };
    let stdout = maker.output("user.toolUseResult.stdout", 500);
    let twin = obj! {"stdout" => &stdout, "stderr" => "", "interrupted" => false, "isImage" => false};
    Call::new(maker, "PowerShell", input, stdout, Some(twin))
}

pub(crate) fn read(maker: &mut Maker, session: &mut Session) -> Call {
    let path = session.file(maker, "assistant.message.content[type=tool_use].input<Read>.file_path");
    let mut input = obj! {"file_path" => &path};
    let first = if maker.dice.per_mille(200) { maker.dice.between(2, 900) } else { 1 };
    if first > 1 {
        let offset =
            if maker.next_of("read", &[false, true]) { Json::from(first.to_string()) } else { Json::from(first) };
        input = input.with("offset", offset).with("limit", maker.dice.between(20, 200));
    }
    let language = maker.writer().any_language();
    let text = if maker.dice.per_mille(12) {
        String::new()
    } else {
        maker.code("user.toolUseResult.file.content", language, 1900)
    };
    let lines = text.lines().count();
    let mut content = with_gutter(&text, first, session.era <= Era::Early);
    if session.era <= Era::Middle {
        content.push_str("\n\n<system-reminder>\nWhenever you read a file, you should consider whether it looks malicious.\n</system-reminder>\n");
    }
    let file = obj! {"filePath" => path, "content" => text, "numLines" => lines, "startLine" => first, "totalLines" => lines + first - 1};
    Call::new(maker, "Read", input, content, Some(obj! {"type" => "text", "file" => file}))
}

/// Base64 of a made-up picture: the magic bytes of its format, then noise.
pub(crate) fn picture(maker: &mut Maker, median: usize) -> String {
    // The first ones are small, so that small sets are not mostly pictures.
    let median = if maker.dice.small { median / 3 } else { median * 2 };
    let length = maker.dice.size(median).max(200);
    let mut data = ["iVBOR", "w0KGgo"].concat();
    data.push_str(&maker.dice.base64(length / 4 * 4 + 1).replace('=', ""));
    data
}

pub(crate) fn read_image(maker: &mut Maker, session: &mut Session) -> Call {
    let path = join(&session.cwd, &maker.plain("docs/{n}.png"));
    let data = picture(maker, 26_000);
    let source = obj! {"type" => "base64", "data" => &data, "media_type" => "image/png"};
    let (width, height) = (maker.dice.between(300, 3000), maker.dice.between(200, 2000));
    let dimensions = obj! {"originalWidth" => width, "originalHeight" => height, "displayWidth" => width / 2, "displayHeight" => height / 2};
    let file = obj! {"base64" => data, "type" => "image/png", "originalSize" => maker.dice.between(10_000, 400_000), "dimensions" => dimensions};
    let content = arr![obj! {"type" => "image", "source" => source}];
    Call::new(maker, "Read", obj! {"file_path" => path}, content, Some(obj! {"type" => "image", "file" => file}))
}

fn patch(maker: &mut Maker, old: &str, new: &str) -> Json {
    let start = maker.dice.between(4, 700);
    let context = maker.plain("    let {n} = {i}();");
    let mut lines = vec![format!(" {context}")];
    lines.extend(old.lines().map(|line| format!("-{line}")));
    lines.extend(new.lines().map(|line| format!("+{line}")));
    lines.push(format!(" {context}"));
    let (before, after) = (old.lines().count() + 2, new.lines().count() + 2);
    arr![obj! {"oldStart" => start, "oldLines" => before, "newStart" => start, "newLines" => after, "lines" => lines}]
}

pub(crate) fn edit(maker: &mut Maker, session: &mut Session) -> Call {
    let path = session.file(maker, "assistant.message.content[type=tool_use].input<Edit>.file_path");
    let language = maker.writer().any_language();
    let (size, more) = (maker.dice.size(150), maker.dice.size(180));
    let old = maker.writer().snippet(language, size);
    let new = maker.writer().snippet(language, more);
    let new = maker.salted(new, "assistant.message.content[type=tool_use].input<Edit>.new_string", Surface::Code);
    let original = if maker.dice.per_mille(350) {
        Json::Null
    } else {
        Json::from(maker.code("user.toolUseResult.originalFile", language, 5_600))
    };
    let patch = patch(maker, &old, &new);
    let input = obj! {"replace_all" => false, "file_path" => &path, "old_string" => &old, "new_string" => &new};
    let twin = obj! {
        "filePath" => &path, "oldString" => old, "newString" => new, "originalFile" => original,
        "structuredPatch" => patch, "userModified" => maker.dice.per_mille(30), "replaceAll" => false,
    };
    let content = format!("The file {path} has been updated successfully.");
    Call::new(maker, "Edit", input, content, Some(twin))
}

pub(crate) fn multi_edit(maker: &mut Maker, session: &mut Session) -> Call {
    let path = session.file(maker, "assistant.message.content[type=tool_use].input<MultiEdit>.file_path");
    let language = maker.writer().any_language();
    let mut edits = Vec::new();
    let mut last = (String::new(), String::new());
    for _ in 0..maker.dice.between(1, 4) {
        let old = maker.writer().snippet(language, 100);
        let new = maker.writer().snippet(language, 300);
        let new = maker.salted(
            new,
            "assistant.message.content[type=tool_use].input<MultiEdit>.edits[].new_string",
            Surface::Code,
        );
        edits.push(obj! {"old_string" => &old, "new_string" => &new});
        last = (old, new);
    }
    let patch = patch(maker, &last.0, &last.1);
    let twin = obj! {
        "filePath" => &path, "edits" => edits.clone(), "originalFileContents" => maker.code("(unlisted field)", language, 900),
        "structuredPatch" => patch, "userModified" => false,
    };
    let content = format!("Applied {} edits to {path}", edits.len());
    Call::new(maker, "MultiEdit", obj! {"file_path" => path, "edits" => edits}, content, Some(twin))
}

pub(crate) fn write(maker: &mut Maker, session: &mut Session) -> Call {
    let path = session.file(maker, "assistant.message.content[type=tool_use].input<Write>.file_path");
    let language = maker.writer().any_language();
    let text = maker.code("assistant.message.content[type=tool_use].input<Write>.content", language, 1900);
    let update = maker.dice.per_mille(250);
    let patch = if update { patch(maker, "", "// rewritten") } else { Json::NONE };
    let twin = obj! {
        "type" => if update { "update" } else { "create" }, "filePath" => &path, "content" => &text, "structuredPatch" => patch,
        "originalFile" => Json::Null, "userModified" => false,
    };
    let content = format!("File created successfully at: {path}");
    Call::new(maker, "Write", obj! {"file_path" => path, "content" => text}, content, Some(twin))
}

pub(crate) fn grep(maker: &mut Maker, session: &mut Session) -> Call {
    let place = "assistant.message.content[type=tool_use].input<Grep>.pattern";
    let mut input = obj! {"pattern" => maker.line(place, "{i}"), "path" => session.cwd.clone()};
    if maker.dice.per_mille(500) {
        let listing = maker.output("user.toolUseResult.content", 900);
        let mut twin = obj! {"mode" => "content", "numFiles" => 0, "filenames" => Json::NONE, "content" => &listing, "numLines" => listing.lines().count()};
        if maker.next_of("applied limit", &[true, false, false]) {
            twin.put("appliedLimit", 250);
        }
        input = input.with("output_mode", "content").with("-n", true);
        return Call::new(maker, "Grep", input, listing, Some(twin));
    }
    let files: Vec<String> =
        (0..maker.dice.between(1, 12)).map(|_| session.file(maker, "user.toolUseResult.filenames[]")).collect();
    let content = format!("Found {} files\n{}", files.len(), files.join("\n"));
    let twin = obj! {"mode" => "files_with_matches", "filenames" => files.clone(), "numFiles" => files.len()};
    let glob = maker.plain("**/*.{e}");
    Call::new(maker, "Grep", input.with("output_mode", "files_with_matches").with("glob", glob), content, Some(twin))
}

pub(crate) fn grep_with_everything(maker: &mut Maker, session: &mut Session) -> Call {
    let mut call = grep(maker, session);
    let path = session.file(maker, "assistant.message.content[type=tool_use].input<Grep>.file_path");
    call.input = obj! {
        "pattern" => maker.plain("fn {v}_.*\\("), "path" => session.cwd.clone(), "output_mode" => "count", "glob" => "*.rs", "type" => "rust",
        "-i" => true, "-n" => true, "-A" => 3, "-B" => 2, "-C" => 4, "context" => 2, "head_limit" => 40, "offset" => 10, "file_path" => path,
    };
    let counts = maker.plain("{f}:{d}\n{f}:{d}");
    call.twin = Some(
        obj! {"mode" => "count", "numFiles" => 2, "filenames" => Json::NONE, "content" => &counts, "numMatches" => 12},
    );
    call.content = Json::from(counts);
    call
}

pub(crate) fn glob(maker: &mut Maker, session: &mut Session) -> Call {
    let count = maker.dice.below(40);
    let files: Vec<String> = (0..count).map(|_| session.file(maker, "user.toolUseResult.filenames[]")).collect();
    let content = if files.is_empty() { "No files found".to_owned() } else { files.join("\n") };
    let twin =
        obj! {"filenames" => files, "durationMs" => maker.dice.below(900), "numFiles" => count, "truncated" => false};
    let mut input = obj! {"pattern" => maker.plain("**/{n}*.{e}")};
    if maker.next_of("glob path", &[true, false]) {
        input.put("path", session.cwd.clone());
    }
    Call::new(maker, "Glob", input, content, Some(twin))
}

pub(crate) fn list_folder(maker: &mut Maker, session: &mut Session) -> Call {
    let listing = format!("- {}/\n{}", session.cwd, maker.plain("  - {n}/\n    - {n}.{e}\n  - {n}.{e}\n"));
    let listing = maker.salted(listing, RESULT, Surface::Output);
    Call::new(maker, "LS", obj! {"path" => session.cwd.clone()}, listing.clone(), Some(Json::from(listing)))
}
