//! Pairs of names that are known as something else: places, companies, brands, methods, and people of history and fiction.

use std::sync::LazyLock;

/// Places, measures and companies that nobody is called after each other's names.
const OTHERS: &[&str] = &[
    "Hong Kong",
    "Deja Vu",
    "Fernando de Noronha",
    "Santiago de Chile",
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
/// by commas. Common names that are theirs as well (`Paul Smith`, `Adam Smith`) are left out: they are somebody's more often.
const FAMOUS: &str = "Abraham Lincoln,Ada Lovelace,Adam Mickiewicz,Agatha Christie,Alan Turing,Albers Conic,Albert Einstein,\
    Alexander McQueen,Alexandre Dumas,Alfred Hitchcock,Alfred Nobel,Alice Springs,Alice Wonderland,Allen Bradley,Allen Hamilton,Allen Key,\
    Alonzo Church,Amerigo Vespucci,Amy Winehouse,Anton Bruckner,Anton Chekhov,Antoni Gaudí,Antonio Vivaldi,Antonín Dvořák,Arthur Andersen,\
    Arthur Dent,Astrid Lindgren,Baruch Spinoza,Bedřich Smetana,Ben Gurion,Benjamin Franklin,Bertolt Brecht,Bertrand Russell,Betty Crocker,\
    Bilbo Baggins,Black Scholes,Blaise Pascal,Bob Marley,Bruce Wayne,Burrows Wheeler,Carl Benz,Carl Friedrich Gauss,Catmull Clark,\
    Catmull Rom,Charles Babbage,Charles Darwin,Charles Dickens,Charles Schwab,Charles de Gaulle,Charlie Chaplin,Charlotte Tilbury,\
    Christian Dior,Christian Louboutin,Christopher Columbus,Clara Schumann,Clara Zetkin,Clark Kent,Claude Debussy,Claude Monet,\
    Claude Shannon,Coco Chanel,Cohen Sutherland,Conway Law,Cooley Tukey,Dante Alighieri,Darth Vader,David Bowie,David Hilbert,Davis Cup,\
    Dickey Fuller,Dietrich Bonhoeffer,Dmitri Mendeleev,Donald Duck,Donna Karan,Dorothy Hodgkin,Douglas Peucker,Duncan Hines,Dunning Kruger,\
    Durbin Watson,Eddie Bauer,Edgar Allan Poe,Edgar Degas,Edsger Dijkstra,Edvard Grieg,Edvard Munch,Edward Jones,Eli Lilly,Elvis Presley,\
    Emily Bronte,Emmy Noether,Enrico Fermi,Enzo Ferrari,Ernest Hemingway,Ernest Rutherford,Ernst Young,Erwin Schrödinger,\
    Evangelista Torricelli,Felix Mendelssohn,Felix Mendelssohn Bartholdy,Fernando Pessoa,Fisher Yates,Florence Nightingale,Francisco Goya,\
    Franz Kafka,Franz Liszt,Franz Schubert,Frederic Chopin,Friedrich Engels,Friedrich Nietzsche,Friedrich Schiller,Fritz Haber,\
    Frodo Baggins,Fryderyk Chopin,Frédéric Chopin,Fyodor Dostoevsky,Gabriel García Márquez,Galileo Galilei,Georg Cantor,\
    Georg Friedrich Händel,George Boole,George Frideric Handel,George Orwell,George Washington,Georges Bizet,Giacomo Puccini,\
    Gianni Versace,Giuseppe Garibaldi,Giuseppe Mazzini,Giuseppe Verdi,Gottfried Wilhelm Leibniz,Grace Hopper,Grant Thornton,Gregor Mendel,\
    Guglielmo Marconi,Gustav Klimt,Gustav Mahler,Gustave Eiffel,Hannah Arendt,Hans Christian Andersen,Hardy Weinberg,Harry Potter,\
    Heinrich Heine,Heinrich Hertz,Heinrich von Kleist,Henderson Hasselbalch,Henri Matisse,Henri Poincaré,Henrik Ibsen,Hermann Hesse,\
    Hermione Granger,Holt Winters,Homer Simpson,Honoré de Balzac,Hugo Boss,Hunter Douglas,Igor Stravinsky,Immanuel Kant,Indiana Jones,Isaac Asimov,\
    Isaac Newton,Jack Daniel,Jack Daniels,Jack Russell,Jack Sparrow,Jacques Cousteau,James Bond,James Clerk Maxwell,Jan Hus,\
    Jan Kochanowski,Jane Austen,Jaro Winkler,Jean Jaurès,Jean Monnet,Jean Moulin,Jean Paul Gaultier,Jean Sibelius,Jean-Jacques Rousseau,\
    Jenny Craig,Jim Beam,Jimi Hendrix,Joan of Arc,Joe Bloggs,Johann Sebastian Bach,Johann Wolfgang Goethe,Johann Wolfgang von Goethe,\
    Johannes Brahms,Johannes Gutenberg,Johannes Kepler,John F. Kennedy,John Lennon,John Stuart Mill,John Wick,John von Neumann,\
    Johnnie Walker,Jose Cuervo,Joseph Haydn,José Martí,José Zorrilla,Jules Verne,Julius Caesar,Juliusz Słowacki,Józef Piłsudski,\
    Karel Čapek,Karl Lagerfeld,Karl Liebknecht,Karl Marx,Karl Popper,Kolmogorov Smirnov,Konrad Adenauer,Konrad Zuse,Kruskal Wallis,\
    Käthe Kollwitz,Lara Croft,Laura Ashley,Lempel Ziv,Leo Tolstoi,Leo Tolstoy,Leonardo da Vinci,Leonhard Euler,Levenberg Marquardt,\
    Levenshtein Distance,Lewis Carroll,Lewis Structure,Lise Meitner,Lope de Vega,Lord Byron,Louis Armstrong,Louis Pasteur,Louis Philippe,\
    Ludwig Boltzmann,Ludwig Wittgenstein,Ludwig van Beethoven,Luke Skywalker,Luther King,Luís de Camões,Lyme Regis,Mahatma Gandhi,\
    Mann Whitney,Marc Jacobs,Marcel Proust,Maria Montessori,Maria Skłodowska-Curie,Marie Antoinette,Marie Callender,Marie Curie,\
    Marilyn Monroe,Mark Twain,Martha Stewart,Martin Luther,Martin Luther King,Mary Kay,Mary Poppins,Max Planck,Michael Faraday,\
    Michaelis Menten,Michelangelo Buonarroti,Mickey Mouse,Miguel de Cervantes,Mihai Eminescu,Mikołaj Kopernik,Miller Rabin,Minnie Mouse,\
    Mona Lisa,Murphy Law,Mustafa Kemal Atatürk,Myers Briggs,Napoleon Bonaparte,Navier Stokes,Nazım Hikmet,Neil Armstrong,Nelder Mead,\
    Nelson Mandela,Niccolo Machiavelli,Nicolas Poussin,Nicolaus Copernicus,Niels Bohr,Niels Henrik Abel,Nikola Tesla,Norton Rose,\
    Oliver Twist,Oliver Wyman,Olof Palme,Oscar Mayer,Oscar Wilde,Oscar de la Renta,Otto Lilienthal,Otto von Bismarck,Pablo Picasso,\
    Pancho Villa,Papa John,Paul Cézanne,Paul Dirac,Paul Erdős,Peter Pan,Peter Parker,Philip Morris,Phillips Curve,Phillips Hue,\
    Phillips Screw,Pierre de Fermat,Prince Edward,Prince George,Pyotr Tchaikovsky,Rabin Karp,Rainer Maria Rilke,Ramiro de Maeztu,\
    Ramón y Cajal,Ray Bradbury,Raymond James,Reed Solomon,Rembrandt van Rijn,Rene Descartes,René Descartes,Richard Feynman,\
    Richard Stallman,Roald Amundsen,Roald Dahl,Robert Half,Robin Hood,Ron Weasley,Rosa Luxemburg,Rosa Parks,Rudolf Diesel,Runge Kutta,\
    Ryder Cup,Salvador Dali,Samwise Gamgee,Santa Claus,Selma Lagerlöf,Shapiro Wilk,Sherlock Holmes,Sigmund Freud,Simone de Beauvoir,\
    Simón Bolívar,Sofia Kovalevskaya,Sophie Germain,Stefan Zweig,Stella Artois,Stella McCartney,Stephen Hawking,Steve Madden,\
    Søren Kierkegaard,Tadeusz Kościuszko,Theodor Fontane,Theodor Heuss,Thomas Bayes,Thomas Cup,Thomas Edison,Thomas Jefferson,\
    Tomáš Garrigue Masaryk,Tony Stark,Tory Burch,Tycho Brahe,Tyler Durden,Umberto Eco,Uncle Ben,Van Allen,Vasco da Gama,Victor Hugo,\
    Vincent van Gogh,Virginia Woolf,Vivienne Westwood,Vladimir Lenin,Václav Havel,Walt Disney,Walter Gropius,Walter White,\
    Werner Heisenberg,Werner von Siemens,Wilhelm Röntgen,William Shakespeare,Willy Brandt,Winston Churchill,Wisława Szymborska,\
    Wolfgang Amadeus Mozart,Yuri Gagarin,Yves Saint Laurent,Ziya Gökalp";

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
    // `Hong Kong Summer Time`
    let zone = |word: &str| {
        rest.strip_prefix(word.as_bytes()).filter(|end| !end.first().is_some_and(u8::is_ascii_alphanumeric))
    };
    if ["Standard Time", "Summer Time", "Daylight Time"].iter().any(|word| zone(word).is_some()) {
        return true;
    }
    // By itself the word begins what is said of a person, unless it ends a literal or a line: `Anna Schmidt Time off`.
    if zone("Time").is_some_and(|end| end.first().is_none_or(|sign| b"\"'`<),\r\n".contains(sign))) {
        return true;
    }
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
        for name in ["Paul Smith", "Adam Smith", "Henry Ford", "Robert Koch", "Jack", "Ada", ""] {
            assert!(!is_famous(name.as_bytes()), "{name}");
        }
        assert!(is_other(b"Morgan Stanley"));
        // Companies that are called as people are.
        for name in ["Edward Jones", "Raymond James", "Arthur Andersen", "Ernst Young", "Norton Rose"] {
            assert!(is_famous(name.as_bytes()) && !is_other(name.as_bytes()), "{name}");
        }
        assert!(names_a_thing(b" algorithm.") && names_a_thing(b" syndrome"));
        assert!(
            names_a_thing(b" Time\"")
                && names_a_thing(b" Time\n")
                && names_a_thing(b" Standard Time")
                && !names_a_thing(b" Timer")
        );
        assert!(!names_a_thing(b" Time: 10:30") && !names_a_thing(b" Time off"));
        assert!(!names_a_thing(b" algorithmic") && !names_a_thing(b", algorithm") && !names_a_thing(b" wrote"));
    }
}
