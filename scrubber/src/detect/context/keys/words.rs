//! What passwords, tokens and keys are called, alone and as parts of names.

/// Words for a password.
pub(super) const PASSWORDS: &str = "\
    password pasword passowrd passwd psswd pswd passord passwort passphrase passcode passwrd userpass pwd contrasena \
    kennwort motdepasse senha ftppw smtppw mailpw redispw mysqlpw svcpw sshpw vpnpw wifipw wachtwoord passordet \
    parole psw secretstring requirepass masterauth keymaterial redisauth rediscliauth storepass keypass passwordhash ntlmhash \
    heslo haslo salasana losenord adgangskode parola zugangscode toegangscode bindpw rootpw authtok dbpw userpw \
    adminpw ldappw mnemonic seedphrase recoveryphrase wifikey wlankey sifre sifresi heslem hesla haslem adgangskoden \
    salasanan salasanalla passworts kennworts wachtwoorden passwords passwoerter snmpcommunity communitystring \
    rocommunity rwcommunity bindcredential bindcredentials npmauthident superdigest";

/// Words for a token, a key or another credential.
pub(super) const SECRETS: &str = "\
    secret token apikey appkeys accesskey accesskeyid privatekey signingkey encryptionkey masterkey authkey sharedkey \
    accountkey subscriptionkey licensekey integrationkey deploykey credential connectionstring connstr bearer \
    authorization securitykey sessionkey clientkey serverkey servicekey cryptokey aeskey rsakey hmac jwt jeton \
    macaroon pepper phpsessid jsessionid tokensalt authsalt passwordsalt hashsalt merchantsalt secretsalt cookiesalt sessionsalt sonarlogin totpseed otpseed 2faseed mfaseed \
    recoverycode recoverycodes backupcode backupcodes scratchcode scratchcodes \
    kluczapi claveapi chaveapi zugangsdaten anmeldedaten logindaten identifiants credenciales credenciais credenziali \
    inloggegevens";

/// Before `secret`: what signs sessions, which is made up by a developer more often than by a machine.
pub(super) const MADE_UP: &str = "jwt session cookie auth signing webhook accesstoken refreshtoken csrf hmac cron shared chap password enable radius tacacs sip pppoe eap ipsec";

/// Words for access to something.
pub(super) const ACCESS: &str = "auth private access creds cred pat appid";

/// The last ones are `key` in other languages.
pub(super) const HINTS: &str = "\
    community cookie session sessionid sess sid csrf xsrf dsn salt webhook otp totp encrypt clave chiave sleutel klucz \
    schluessel nyckel";

/// Names of credentials as they are cut short, at the end of a name. A lexer's `tok` and a section's `sec` are none.
pub(super) const CUT_SHORT: &str = "clientsec oauthsec apisec oauthcs bottok apitok accesstok refreshtok bearertok tkn";

/// Names that hold one of the words above and announce something else.
pub(super) const HARMLESS: &str = "\
    signature tokeniz tokentype tokencount keyword keyboard publickey pubkey keybind keymap keycode keydown keyup \
    authenticat compass bypass passthrough csstoken synctoken pagetoken nexttoken idempotencytoken updatetoken \
    continuationtoken startingtoken requesttoken changetoken locktoken pagingtoken paginationtoken secretary oldpwd \
    canceltoken cancellationtoken designtoken signatureversion signaturemethod methodsignature typesignature \
    functionsignature tokenkind tokenaccessor invalidpassword incorrectpassword wrongpassword invalidtoken \
    mysqlnativepassword cachingsha2password mysqlclearpassword secwebsocket resultkey exportsecretkey deletesecretkey usersecretsid";

/// Short words for a password, as the last word of a name.
pub(super) const SHORT: &str = "pass pw psk pswd passe mdp";

/// What may stand before `pass` in a name without a mark between them.
pub(super) const OWNERS: &str = "\
    db user root admin smtp ftp mail email my ldap sql mysql pg redis proxy auth sudo become login svc service app \
    default master bind imap pop vnc rdp wp git svn jenkins ansible mongo rabbit rabbitmq mqtt kafka elastic wifi \
    http basic ssh key cert store truststore keystore zip rar backup vault grafana nexus sonar artifactory pgadmin \
    oracle sa web site test client remote local relay sasl krb router switch node vm pbx sip turn vpn ppp pptp l2tp \
    wlan wpa ampdb ampmgr radius snmp ipmi idrac bmc nas smb cifs samba dav webdav caldav rsync backuppc gpg pgp jks registry \
    docker npm nuget maven nexus2 sonatype ossrh db2 mssql mariadb postgres cassandra couch neo4j influx clickhouse \
    kibana zabbix nagios hostmaster";

/// What tells one of several secrets from the others at the end of their names.
pub(super) const ENVIRONMENTS: &str = "\
    prod production dev development test testing staging stage qa live sandbox local main primary secondary default \
    old new current backup prd stg uat preprod demo ci tmp temp ro rw readonly eu us one two three first second";

/// What else may follow the word in a name that still announces the secret itself.
pub(super) const SAME: &str = "\
    value val str string text edit env raw plain plaintext cleartext base64 b64 enc encoded encrypted crypted aes hash sha data \
    header const \
    var arg admin root user bot db s key orkey orprivatekey access private api auth a b for is keybase confirmation \
    confirm repeat again v mysql postgres postgresql pg mariadb banco bd usuario dobazy correo mongo mongodb redis smtp ftp \
    sftp ssh ldap rabbitmq mqtt kafka elastic oracle mssql wifi vpn imap github gitlab aws";

/// Words before `key` that make it the name of a place in a table, not of a credential, however they are joined.
pub(super) const TABLES: &str = "\
    cache primary foreign sort partition hash group index lookup object dict item route query param header field \
    meta metadata context state event redis registry translation i18n label order unique dedupe dedup idempotency \
    message composite natural range prefix public short whis next prev last first this react list column data \
    resource node file path name type setting settings option property prop attr attribute feature flag json yaml \
    toml locale bundle chunk block arrow enter escape space modifier answer question host each with zone build task \
    memo bucket blob tree step matrix restore asset version language theme menu topic routing shard lock queue \
    parent child merge verify verification matched crashreporter";

/// The same as the whole word before `key`.
pub(super) const SHORT_TABLES: &str = "\
    row map s3 hot any tx by the a an no ssh gpg pgp is has get set per for from on of dns env var job tag sub tab \
    kms cmk loading loaded deleted deleting missing unknown duplicate found removed removing fetched fetching";

/// What makes a word that ends with `key` and is none.
pub(super) const ANIMALS: &str = "mon tur don joc hoc";
