use pipeline::pack::{Batch, Form, Plan};

fn fill(plan: &Plan) -> Option<Batch> {
    plan.fill(["{}\n"], Form::Plain).ok()
}

fn main() {}
