//! Pairs of names that are known as something else: places, companies, brands, methods, and people of history and fiction.

use std::sync::LazyLock;

/// Places, measures and companies that nobody is called after each other's names.
const OTHERS: &[&str] = &[
    "Hong Kong",
    "Julian Day",
    "Julian Date",
    "Penny Stock",
    "Long Beach",
    "Costa Rica",
    "Monte Carlo",
    "Morgan Stanley",
    "Goldman Sachs",
    "Calvin Klein",
    "Ralph Lauren",
    "Louis Vuitton",
    "Tommy Hilfiger",
    "Aston Martin",
    "Harley Davidson",
    "Merrill Lynch",
    "Franklin Templeton",
    "Victoria Falls",
    "Jordan River",
    "Charlotte Amalie",
    "Salvador Bahia",
    "Santiago Chile",
    "Sydney Australia",
    "Paris France",
    "Vienna Austria",
    "Sofia Bulgaria",
    "Florence Italy",
    "Austin Texas",
    "Orlando Florida",
    "San Marino",
    "Marco Polo",
    "Monty Hall",
    "Mercedes Benz",
    "Johns Hopkins",
    "Levi Strauss",
    "Jimmy Choo",
    "Michael Kors",
    "Giorgio Armani",
    "Yves Rocher",
    "Elizabeth Arden",
    "Kate Spade",
    "Smith Wesson",
    "Black Decker",
    "Lockheed Martin",
    "Abercrombie Fitch",
    "Baker McKenzie",
    "Bristol Myers",
    "Cushman Wakefield",
    "Fisher Price",
    "Fisher Scientific",
    "Jones Lang",
    "Lucida Grande",
    "Thomson Reuters",
];

/// Brands, methods, and people of history and fiction, as few people of today are called, in the order of the alphabet, parted
/// by commas. Common names that are brands as well (`Paul Smith`, `Tom Ford`) are left out: they are somebody's more often.
const FAMOUS: &str = "Abraham Lincoln,Ada Lovelace,Agatha Christie,Alan Turing,Albers Conic,Albert Einstein,Alexander McQueen,Alfred Nobel,\
    Alice Springs,Alice Wonderland,Allen Bradley,Allen Hamilton,Allen Key,Alonzo Church,Amerigo Vespucci,Amy Winehouse,Anton Chekhov,\
    Arthur Andersen,Arthur Dent,Baruch Spinoza,Ben Gurion,Benjamin Franklin,Bertrand Russell,Betty Crocker,Bilbo Baggins,Black Scholes,\
    Blaise Pascal,Bruce Wayne,Burrows Wheeler,Carl Friedrich Gauss,Catmull Clark,Catmull Rom,Charles Babbage,\
    Charles Darwin,Charles Dickens,Charles Schwab,Charles de Gaulle,Charlotte Tilbury,Christian Dior,Christian Louboutin,\
    Christopher Columbus,Clark Kent,Claude Monet,Claude Shannon,Coco Chanel,Cohen Sutherland,Conway Law,Cooley Tukey,\
    Darth Vader,Davis Cup,Dickey Fuller,Donald Duck,Donna Karan,Douglas Peucker,Duncan Hines,Dunning Kruger,Durbin Watson,\
    Eddie Bauer,Edgar Allan Poe,Edsger Dijkstra,Edward Jones,Eli Lilly,Elvis Presley,Emily Bronte,Enzo Ferrari,Ernest Hemingway,Ernst Young,\
    Fisher Yates,Franz Kafka,Frodo Baggins,Galileo Galilei,George Orwell,George Washington,Gianni Versace,Grace Hopper,Grant Thornton,\
    Hardy Weinberg,Harry Potter,Henderson Hasselbalch,Hermione Granger,Holt Winters,Homer Simpson,Hugo Boss,Immanuel Kant,\
    Indiana Jones,Isaac Asimov,Isaac Newton,Jack Daniel,Jack Daniels,Jack Russell,Jack Sparrow,Jacques Cousteau,\
    James Bond,James Clerk Maxwell,Jane Austen,Jaro Winkler,Jean Paul Gaultier,Jenny Craig,Jim Beam,Joan of Arc,\
    Johann Sebastian Bach,Johannes Gutenberg,John F. Kennedy,John Wick,John von Neumann,Johnnie Walker,Jose Cuervo,\
    Jules Verne,Julius Caesar,Karl Lagerfeld,Karl Marx,Kolmogorov Smirnov,Kruskal Wallis,Lara Croft,Laura Ashley,\
    Lempel Ziv,Leo Tolstoy,Leonardo da Vinci,Leonhard Euler,Levenberg Marquardt,Levenshtein Distance,Lewis Carroll,\
    Lewis Structure,Louis Armstrong,Louis Pasteur,Louis Philippe,Ludwig van Beethoven,Luke Skywalker,Luther King,Lyme Regis,\
    Mahatma Gandhi,Mann Whitney,Marc Jacobs,Marie Antoinette,Marie Callender,Marie Curie,Marilyn Monroe,Mark Twain,\
    Martha Stewart,Martin Luther,Martin Luther King,Mary Kay,Mary Poppins,Max Planck,Michael Faraday,Michaelis Menten,\
    Mickey Mouse,Miller Rabin,Minnie Mouse,Mona Lisa,Murphy Law,Myers Briggs,Napoleon Bonaparte,Navier Stokes,\
    Neil Armstrong,Nelder Mead,Nelson Mandela,Niccolo Machiavelli,Nicolaus Copernicus,Niels Bohr,Nikola Tesla,Norton Rose,\
    Oliver Twist,Oliver Wyman,Oscar Mayer,Oscar Wilde,Oscar de la Renta,Pablo Picasso,Papa John,Peter Pan,Peter Parker,Philip Morris,\
    Phillips Curve,Phillips Hue,Phillips Screw,Pierre de Fermat,Prince Edward,Prince George,Rabin Karp,Raymond James,Reed Solomon,\
    Richard Feynman,Robert Half,Robin Hood,Ron Weasley,Rosa Parks,Runge Kutta,Ryder Cup,Salvador Dali,Samwise Gamgee,\
    Santa Claus,Shapiro Wilk,Sherlock Holmes,Sigmund Freud,Stella Artois,Stella McCartney,Stephen Hawking,Steve Madden,\
    Thomas Cup,Thomas Edison,Thomas Jefferson,Tony Stark,Tory Burch,Tyler Durden,Uncle Ben,Van Allen,Vincent van Gogh,\
    Virginia Woolf,Vivienne Westwood,Walt Disney,Walter White,William Shakespeare,Winston Churchill,\
    Wolfgang Amadeus Mozart,Yves Saint Laurent";

/// What a name stands before that is given to a method, a law of nature, an illness or a product.
const NAMED_THINGS: &[&str] = &[
    "algorithm",
    "algorithms",
    "bourbon",
    "conjecture",
    "disease",
    "equation",
    "equations",
    "handbag",
    "handbags",
    "inequality",
    "jeans",
    "lemma",
    "paradox",
    "perfume",
    "polynomial",
    "polynomials",
    "syndrome",
    "theorem",
    "transform",
    "whiskey",
    "whisky",
];

/// Whether two names in a row are known as something else, wherever they stand.
pub(super) fn is_other(name: &[u8]) -> bool {
    OTHERS.iter().any(|other| other.as_bytes() == name) || is_robot(name)
}

/// `Slackbot`, `Jenkins CI`: what programs are called that write messages.
fn is_robot(name: &[u8]) -> bool {
    let last = name.rsplit(|byte| *byte == b' ').next().unwrap_or_default();
    // `Cabot`, `Talbot`: people's are shorter.
    last == b"CI" || last == b"Bot" || last.len() >= 8 && last.ends_with(b"bot")
}

/// Whether the name is known, and the text does not say that a person is meant: after `Author:` everyone is somebody.
pub(super) fn is_famous(name: &[u8]) -> bool {
    static SORTED: LazyLock<Vec<&[u8]>> = LazyLock::new(|| {
        let mut names: Vec<_> = FAMOUS.split(',').map(str::as_bytes).collect();
        names.sort_unstable();
        names
    });
    SORTED.binary_search(&name).is_ok()
}

/// Whether a word follows that makes the name before it that of a method or a product: `Johnson algorithm`.
pub(super) fn names_a_thing(after: &[u8]) -> bool {
    let Some(rest) = after.strip_prefix(b" ") else { return false };
    let length = rest.iter().take(16).take_while(|byte| byte.is_ascii_lowercase()).count();
    rest.get(..length).is_some_and(|word| NAMED_THINGS.iter().any(|thing| thing.as_bytes() == word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brands_and_methods_are_told_from_people() {
        for name in ["Jack Daniels", "Reed Solomon", "Ada Lovelace", "Abraham Lincoln", "Yves Saint Laurent"] {
            assert!(is_famous(name.as_bytes()) && !is_other(name.as_bytes()), "{name}");
        }
        for name in ["Paul Smith", "Jack", "Ada", ""] {
            assert!(!is_famous(name.as_bytes()), "{name}");
        }
        assert!(is_other(b"Morgan Stanley"));
        // Companies that are called as people are.
        for name in ["Edward Jones", "Raymond James", "Arthur Andersen", "Ernst Young", "Norton Rose"] {
            assert!(is_famous(name.as_bytes()) && !is_other(name.as_bytes()), "{name}");
        }
        assert!(names_a_thing(b" algorithm.") && names_a_thing(b" syndrome"));
        assert!(!names_a_thing(b" algorithmic") && !names_a_thing(b", algorithm") && !names_a_thing(b" wrote"));
    }
}
