use pipeline::consent::Grant;

fn copy<'a>(grant: &Grant<'a>) -> Grant<'a> {
    grant.clone()
}

fn main() {}
