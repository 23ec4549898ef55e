//! The names of columns of personal data, as tables, exports and programs call them, parted by commas.

pub(super) const BIRTH_DATES: &str = "\
    dob, birth_date, birthdate, date_of_birth, dateofbirth, date of birth, birthday, birth_dt, bday, geburtsdatum, \
    geburtstag, geb_datum, fecha_nacimiento, fecha_de_nacimiento, date_naissance, date_de_naissance, data_nascita, \
    data_di_nascita, data_nascimento, data_de_nascimento, geboortedatum, fodselsdato, data_urodzenia, birth date, \
    data urodzenia, fecha de nacimiento, date de naissance, data di nascita, data de nascimento, naissance, \
    nacimiento, nascimento, datum narozen\u{ed}, datum_narozeni, do\u{11f}um tarihi, dogum_tarihi, \
    f\u{f6}delsedatum, f\u{f8}dselsdato, sz\u{fc}let\u{e9}si d\u{e1}tum, fecha nac., fecha nac, fechanac, geb., \
    geboren, f\u{f6}dd, f\u{f8}dt, nar., datum nar., data ur., data nasc., fecha_nac, fec_nac, fecha nacimiento, \
    fechanacimiento, f_nacimiento, data_nasterii, data na\u{219}terii, datanasterii, syntymaaika, syntym\u{e4}aika, \
    dt_nascimento, dt_nasc, data_nasc, datanascimento, datanascita, datenaissance, date-naissance, datum_narodenia, \
    d\u{e1}tum narodenia, s\u{fc}nniaeg, synniaeg, datum_rodjenja, datum ro\u{111}enja, szuletesi_datum, \
    dogumtarihi, ngay_sinh, ng\u{e0}y sinh, tanggal_lahir, tgl_lahir, date-of-birth, birth-date, geb_dat, gebdatum, \
    geb.-datum, geb.dat., geburts_datum, d.o.b., d.o.b, born_on, gimimo_data, dzimsanas_datums, data_ur, fodt, \
    f_dato, birthdt, nato il, nata il, nato_il, geb. am, geboren am, geboren op, narozen, n\u{103}scut la, \
    ro\u{111}en, f. nacimiento, f. nac., tgl. lahir, sinh ng\u{e0}y, s\u{fc}ndinud, synt., \
    n\u{e9} le, n\u{e9}e le";
pub(super) const PASSPORTS: &str = "\
    passport, passport_no, passport_number, passport_num, passportno, passportnumber, passport number, passport no, \
    passport_id, reisepass, reisepassnummer, passnummer, pasaporte, passaporto, passaporte, passeport, \
    travel_document_number, traveldocumentnumber, passport no., travel_document, reisepass_nr, passnr, pass_nr, \
    pasnummer, paspoort, paspoortnummer, paszport, nr_paszportu, cislo_pasu, numero_passeport, num_passeport, \
    n_passeport, numero_passaporto, num_pasaporte, passinumero, passeport n\u{b0}, num\u{e9}ro de passeport, \
    num\u{e9}ro passeport, numero de passeport, passaporto n., numero di passaporto, n\u{fa}mero de pasaporte, \
    numero de pasaporte, numero_pasaporte, n\u{fa}mero de passaporte, passaporte n.\u{ba}, numero_passaporte, \
    paspoort nr., paspoort nr, paspoortnr, numer paszportu, paszport nr, numer_paszportu, passin numero, passinro, \
    passi number, passi nr, cestovn\u{ed} pas, cestovn\u{ed} pas \u{10d}., utlevelszam, utlevel_szam, \
    pa\u{219}aport, pa\u{219}aport nr., num\u{103}r pa\u{219}aport, nr_pasaport, pasaport, pasaport_no, \
    pasaport numaras\u{131}, broj putovnice, putovnica, putovnica br., broj_putovnice, broj paso\u{161}a, \
    \u{161}tevilka potnega lista, h\u{1ed9} chi\u{1ebf}u, paspor, nomor_paspor, pass nr., pass-nr, pass-nr., \
    reisepass-nr., reisepass-nr, reisepass nr., pasu numurs, paso numeris";

pub(super) const PHONES: &str = "\
    phone, phone_number, phonenumber, phone number, phone_no, phone no, mobile, mobile_number, mobile number, \
    mobile_phone, mobilephone, mobile_no, mobile no, cell_phone, cellphone, cell number, home_phone, work_phone, \
    contact_number, contact number, contact_phone, customer_phone, user_phone, telephone, telephone_number, tel, \
    telefon, telefonnummer, telefono, tel\u{e9}fono, t\u{e9}l\u{e9}phone, telefone, telefoon, telefoonnummer, \
    handynummer, mobilnummer, celular, msisdn, fax, whatsapp, mobile phone, contact phone, phone_e164, telefonnr, \
    telem\u{f3}vel, telemovel, portable, kom\u{f3}rka, m\u{f3}vil, cep telefonu, cellulare, numer telefonu, cep_tel, \
    cep_telefonu, gsm, tlf, puhelin, puhelinnumero, mobil, mobiltelefon, cellphone_number, celular_numero, \
    phone_home, phone_mobile, phone_work, tel_no, tel_mobile, handy, mobiel, mobilnr, tlf_nr, telefono_movil, \
    nr_telefonu, telefon_nr, numer_telefonu, fono, hp, no_hp";
pub(super) const NATIONAL_IDS: &str = "\
    aadhaar no, aadhaar, aadhaar_no, aadhaar_number, aadhar, ahv_nummer, bsn, burgerservicenummer, citizen_id, cnp, \
    cnpj, codice_fiscale, cpf, cpr, cpr_number, cuil, cuit, dni, egn, ein, f\u{f8}dselsnummer, fnr, fodselsnummer, \
    henkil\u{f6}tunnus, ic_number, id number, id_card, id_card_no, id_card_number, id_number, identity_number, \
    isikukood, israeli_id, jmbg, medicare no, medicare number, medicare_number, mrn, my_number, national id, \
    national_id, national_number, nationalid, nhs no, nhs number, nhs_no, nhs_number, ni_number, nif, nik, nino, \
    nir, nric, num_secu, oib, personal_code, personal_number, personnummer, pesel, pps_number, ppsn, \
    rijksregisternummer, rodne_cislo, rut, sin, social insurance number, social security number, \
    social_insurance_number, social_security_number, ssn, steuer_id, steuerid, svnr, tax file number, tax_id, \
    taxid, tc kimlik no, tc_kimlik_no, tckn, teudat_zehut, tfn, thai_id, tin, afm, ahv, ahv-nr, ahv_nr, amka, \
    asmens_kodas, birth_number, contribuinte, cpr-nr, curp, emso, id_nr, identifikationsnummer, idnr, iin, inn, \
    ird, ird number, ird_number, ipn, kennitala, mynumber, national insurance number, national_insurance_number, \
    national_register_number, nip, numero_national, person_nr, personnr, rfc, rnokpp, rodn\u{e9} \u{10d}\u{ed}slo, \
    rrn, rsa id, sa_id, sa_id_number, snils, sozialversicherungsnummer, steuer id, steuer-id, \
    steueridentifikationsnummer, steuernummer, sv-nummer, taj, taj_szam, tax_file_number, tax_number, ust-idnr, \
    ust_idnr, vat id, vat number, vat_id, vat_no, vat_number, vatid, vatnumber, medicare_id, mbi, id_kaart, \
    numero_dni, dni_nie, nie, documento, num_documento, rg, cedula, c\u{e9}dula, aadhaar_num, nhs_num, ni_no, \
    personas_kods, rodnecislo, rodne cislo, rijksregister, insz, numero_securite_sociale, num_ss, n_ss, cislo_op, \
    nr_dowodu, dowod, serie_ci, identiteitskaart, ausweisnummer, ausweis_nr, personalausweis, cccd, cmnd, mykad, \
    cnic, nin, bvn, uan, cpr-nr., cpr-nummer, ad\u{f3}azonos\u{ed}t\u{f3}, ad\u{f3}azonos\u{ed}t\u{f3} jel, \
    ad\u{f3}azonos\u{ed}t\u{f3} jele, adoazonosito_jel, adoazonosito, num\u{e9}ro de s\u{e9}curit\u{e9} sociale, \
    num_securite_sociale, t.c. kimlik no, tc kimlik numaras\u{131}, cod numeric personal, cod_numeric_personal, \
    hetu, nr pesel, nr_pesel, emirates_id, nric_no, nric no., aadhaar no., ahv-nummer, ktp, cpf n\u{ba}, \
    n\u{fa}mero de identificaci\u{f3}n, national insurance no, ppsn no, id no., sin number, tfn number";
pub(super) const LICENCES: &str = "\
    driver_license, driver_license_number, drivers_license, drivers_license_number, driverlicense, driverslicense, \
    driving_licence, driving_license, driving_licence_number, driving_license_number, licence_number, \
    license_number, dl_number, driver license, driving licence, driver license number, drivers license, \
    drivers license number, driving licence number, driving license, driving license number, driverlicence, \
    driverlicensenumber, driverslicensenumber, drivinglicence, drivinglicense, licence number, license number, \
    fuhrerscheinnummer, licence_no, license_no, licenceno, licenseno, dl_no, rijbewijs, rijbewijsnummer, permis, \
    numero_permis, n_permis, permis_conduire, fuehrerschein, f\u{fc}hrerschein, f\u{fc}hrerscheinnummer, \
    fuehrerschein_nr, patente_guida, cnh, prawo_jazdy, korkort, carnet_conducir, carta_conducao, ehliyet_no, \
    driving_licence_no, driver_licence_no, driver_licence, driver's license, driver's licence, \
    driver's license number, driver's licence number, driving licence no., licence no., license no., \
    f\u{fc}hrerschein-nr., f\u{fc}hrerschein-nr, f\u{fc}hrerschein nr., f\u{fc}hrerschein nr, f\u{fc}hrerausweis, \
    f\u{fc}hrerausweis-nr., f\u{fc}hrerausweisnummer, permis_de_conduire, permis de conduire n\u{b0}, \
    num\u{e9}ro de permis, rijbewijs nr., rijbewijs_nr, permiso_de_conducir, permiso_conducir, \
    licencia_de_conducir, licencia_conducir, carnet_de_conducir, patente_di_guida, patente n., \
    carta de condu\u{e7}\u{e3}o, carta_de_conducao, carteira de habilita\u{e7}\u{e3}o, carteira_habilitacao, \
    carteira de motorista, k\u{f6}rkort, k\u{f6}rkortsnummer, korkortsnummer, f\u{f8}rerkort, f\u{f8}rerkortnummer, \
    forerkort, k\u{f8}rekort, k\u{f8}rekortnummer, korekort, ajokortti, ajokortin numero, ajokortin_numero, \
    numer prawa jazdy, nr_prawa_jazdy, prawo jazdy nr, ridicsky_prukaz, vodi\u{10d}sk\u{fd} preukaz, \
    vezet\u{151}i enged\u{e9}ly, vezet\u{151}i enged\u{e9}ly sz\u{e1}ma, vezetoi_engedely, jogos\u{ed}tv\u{e1}ny, \
    jogositvany, permis de conducere, permis_conducere, voza\u{10d}ka dozvola, broj voza\u{10d}ke dozvole, \
    vozacka_dozvola, vozni\u{161}ko dovoljenje, ehliyet, s\u{fc}r\u{fc}c\u{fc} belgesi, \
    s\u{fc}r\u{fc}c\u{fc} belgesi no, surucu_belgesi, gi\u{1ea5}y ph\u{e9}p l\u{e1}i xe, gplx, gplx s\u{1ed1}, \
    nomor_sim, juhiluba, juhiloa number, juhiloa nr, vairuotojo pa\u{17e}ym\u{117}jimas, \
    vad\u{12b}t\u{101}ja apliec\u{12b}ba";

pub(super) const NAMES: &str = "\
    first_name, name_first, name_last, firstname, first name, last_name, lastname, last name, middle_name, \
    given_name, family_name, surname, full_name, fullname, full name, vorname, nachname, prenom, apellido, apellidos, \
    cognome, nazwisko, customer_name, contact_name, patient_name, employee_name, author_name, account_holder, \
    account holder, accountholder, contact name, contactname, customer name, customername, employee name, \
    employeename, family name, familyname, given name, givenname, middle name, patient name, patientname, \
    recipient_name, pr\u{e9}nom, p\u{159}\u{ed}jmen\u{ed}, imie, imi\u{119}, soyad, soyad\u{131}, f\u{f6}rnamn, \
    alumno, alumna, estudiante, allievo, \u{e9}l\u{e8}ve, eleve, ucze\u{144}, paciente, passenger, mitglied, \
    ad soyad, nome completo, nombre y apellidos, intestatario, titolare, ansprechpartner, apelido, cardholder";

/// Names of such columns and of fields alike.
pub(in crate::detect) const NAMES_ABROAD: &[&str] = &[
    "forename",
    "jmeno",
    "prijmeni",
    "voornaam",
    "achternaam",
    "fornavn",
    "etternavn",
    "efternavn",
    "fornamn",
    "efternamn",
    "sobrenome",
];
/// Names of columns of names that head other tables as well: the name of another column of persons stands beside them.
pub(super) const SHORT_NAMES: &str = "\
    nom, nome, name, naam, namn, navn, nombre, jm\u{e9}no, holder";
/// Names of columns of towns and of their codes, which count beside one of names or of other data of persons.
pub(super) const TOWNS: &str = "\
    city, town, ville, stadt, wohnort, ciudad, citt\u{e0}, citta, comune, cidade, localidade, localidad, miasto, \
    m\u{11b}sto, plaats, stad, woonplaats, postort, poststed, postitoimipaikka, localitate, localitatea, oras, \
    helyseg, telep\u{fc}l\u{e9}s, mesto, linn, ilce, concelho, municipio, gemeente, kommun, ort, paikkakunta, \
    kaupunki, bydel, plaats_naam";
/// Names of columns and keys of the places where people were born.
pub(super) const BIRTH_PLACES: &str = "\
    place_of_birth, birthplace, birth_place, geburtsort, lieu_naissance, lieu_de_naissance, luogo_nascita, \
    luogo_di_nascita, lugar_nacimiento, geboorteplaats, miejsce_urodzenia, place of birth, birth place, placeofbirth, \
    lieunaissance, luogonascita, fodested, f\u{f6}delseort, m\u{ed}sto narozen\u{ed}, cityofbirth";

pub(super) const POSTCODES: &str = "\
    postcode, post_code, postal_code, postalcode, zip, zip_code, zipcode, plz, code_postal, codepostal, \
    codigo_postal, c\u{f3}digo postal, postnummer, postnr, kod pocztowy, kod_pocztowy, ps\u{10d}, eircode, cap, cp, \
    cep, psc, postinumero, postiindeks, posta_kodu, cod_postal, postleitzahl, post code, postal-code, pincode, \
    pin_code, iranyitoszam, ir\u{e1}ny\u{ed}t\u{f3}sz\u{e1}m, codice_postale, postkod, kodepos, kode_pos";
pub(super) const COORDINATES: &str = "\
    lat, latitude, lng, lon, longitude";

pub(super) const PLATES: &str = "\
    kennzeichen, licence_plate, license plate, license_plate, licenseplate, matricula, number_plate, numberplate, \
    plate, plate number, plate_no, plate_number, platenumber, registration_plate, kenteken, matr\u{ed}cula, spz, \
    plaka, targa, targa_auto, placa, placas, patente, immatriculation, nr_rej, nr rej, numer_rejestracyjny, rendszam, \
    rendsz\u{e1}m, rekisterinumero, regnr, reg_nr, reg_no, reg no, regno, kjennemerke, nummerplaat, nummerplate, \
    nummerplade, vehicle_reg, vehiclereg, vehicle reg, vehicle_number, vehicle number, vehicle_registration, \
    vehicle registration, car_reg, carreg, car_plate, carplate, rego, auto_nr, autonummer, kontrollschild, ecv, \
    e\u{10d}v, nr_inmatriculare, inmatriculare, plat_nomor, bien_so, license_plate_number, license plate number, \
    kfz_kennzeichen, plates, carlicense";
pub(super) const DEVICES: &str = "\
    bssid, ether, hwaddr, hwaddress, mac, mac address, mac_addr, mac_address, macaddr, macaddress";
pub(super) const ADDRESSES: &str = "\
    address, address 1, address line 1, address1, address_1, address_line, address_line1, address_line_1, \
    addressline1, adresse, anschrift, billing address, billing_address, billingaddress, delivery_address, direccion, \
    domicilio, endereco, home_address, indirizzo, mailing_address, postal_address, shipping address, \
    shipping_address, shippingaddress, strasse, stra\u{df}e, street, street address, street_address, street_name, \
    streetaddress, adres, adresa, adress, gatuadress, direcci\u{f3}n, endere\u{e7}o, morada, ulica, ulice, calle, \
    straat, postaladdress, logradouro, endereco_completo, adresse_postale, adresse1, voie, rue, osoite, katuosoite, \
    gata, vej, adressa, indirizzo_residenza, lakc\u{ed}m, lakcim, alamat, dia_chi, domicilio_fiscal, \
    direccion_postal, street1, street_1, addr1, addr_1, addr_line1, home address, homeaddress, residential_address, \
    permanent_address, current_address, anschrift_strasse, aadress, adrese";

/// Names that say whose they are; more would lead here from words that many texts are full of.
pub(super) const OWNED: &str = "\
    user_dob, user_birth_date, customer_dob, customer_birth_date, patient_dob, patient_birth_date, employee_dob";
