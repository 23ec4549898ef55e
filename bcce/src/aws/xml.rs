//! Answers in XML, as a tree that is asked by the names of its elements.

/// One element with its members. Namespaces and attributes are left out: no answer says anything in them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Xml {
    name: String,
    text: String,
    members: Vec<Xml>,
}

impl Xml {
    /// Reads a document; `None` when it is none.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let document = roxmltree::Document::parse(text).ok()?;
        Some(Self::from(document.root_element()))
    }

    fn from(node: roxmltree::Node<'_, '_>) -> Self {
        Self {
            name: node.tag_name().name().to_owned(),
            text: node.text().unwrap_or_default().to_owned(),
            members: node.children().filter(roxmltree::Node::is_element).map(Self::from).collect(),
        }
    }

    /// The element's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The element's own text.
    pub fn text(&self) -> &str {
        self.text.trim()
    }

    /// The members of this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Xml> {
        self.members.iter().filter(move |member| member.name == name)
    }

    /// Every member.
    pub fn members(&self) -> &[Xml] {
        &self.members
    }

    /// The first element along a path of names, such as `DescribeStacksResult/Stacks/member`.
    pub fn at(&self, path: &str) -> Option<&Xml> {
        path.split('/').try_fold(self, |place, name| place.members.iter().find(|member| member.name == name))
    }

    /// The text of the first element along a path; empty where there is none.
    pub fn text_at(&self, path: &str) -> &str {
        self.at(path).map_or("", Xml::text)
    }

    /// The elements of a list along a path: what is in `member`, `item` or whatever it is called there.
    pub fn list(&self, path: &str) -> &[Xml] {
        self.at(path).map_or(&[], |place| &place.members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_by_the_names_of_their_elements() -> Result<(), &'static str> {
        let text = b"<R xmlns='urn:x'><S><member><N> one </N></member><member><N>two</N></member></S></R>";
        let answer = Xml::parse(text).ok_or("not read")?;
        assert_eq!(answer.text_at("S/member/N"), "one");
        let names: Vec<&str> = answer.list("S").iter().map(|member| member.text_at("N")).collect();
        assert_eq!(names, ["one", "two"]);
        assert_eq!(answer.text_at("S/nothing/N"), "");
        assert_eq!(Xml::parse(b"{}"), None);
        Ok(())
    }
}
