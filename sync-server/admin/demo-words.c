/* The words, and the catalogue of the dealer: hydraulic excavators, motor graders, track-type tractors, cold planers, parts.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/admin/demo-words.h"

/* clang-format off */

/* ---- English ---- */

static const SatchelDemoWord EN_GIVEN[] = {
  { "Alice", "alice" }, { "Andrew", "andrew" }, { "Bethany", "bethany" }, { "Callum", "callum" }, { "Charlotte", "charlotte" },
  { "Daniel", "daniel" }, { "Declan", "declan" }, { "Eleanor", "eleanor" }, { "Fiona", "fiona" }, { "George", "george" },
  { "Hannah", "hannah" }, { "Imogen", "imogen" }, { "Jack", "jack" }, { "Katherine", "katherine" }, { "Liam", "liam" },
  { "Margaret", "margaret" }, { "Nathan", "nathan" }, { "Olivia", "olivia" }, { "Patrick", "patrick" }, { "Rhys", "rhys" },
  { "Sarah", "sarah" }, { "Siân", "sian" }, { "Thomas", "thomas" }, { "Victoria", "victoria" }, { "William", "william" }, { NULL, NULL } };
static const SatchelDemoWord EN_FAMILY[] = {
  { "Ashworth", "ashworth" }, { "Bairstow", "bairstow" }, { "Blackwood", "blackwood" }, { "Carmichael", "carmichael" },
  { "Cartwright", "cartwright" }, { "Dunmore", "dunmore" }, { "Ellison", "ellison" }, { "Fairclough", "fairclough" },
  { "Garside", "garside" }, { "Hargreaves", "hargreaves" }, { "Holroyd", "holroyd" }, { "Ingham", "ingham" },
  { "Jephson", "jephson" }, { "Kirkbride", "kirkbride" }, { "Lockwood", "lockwood" }, { "MacAllister", "macallister" },
  { "Metcalfe", "metcalfe" }, { "Naylor", "naylor" }, { "O'Rourke", "orourke" }, { "Pemberton", "pemberton" },
  { "Quarmby", "quarmby" }, { "Ramsden", "ramsden" }, { "Sutcliffe", "sutcliffe" }, { "Thackeray", "thackeray" },
  { "Underhill", "underhill" }, { "Wainwright", "wainwright" }, { "Whitaker", "whitaker" }, { "Yardley", "yardley" }, { NULL, NULL } };
static const SatchelDemoCity EN_CITIES[] = {
  { "Leeds", "West Yorkshire", "LS1# #AB", "+44 113 496 0###", "leeds" },
  { "Sheffield", "South Yorkshire", "S1# #AJ", "+44 114 496 0###", "sheffield" },
  { "Nottingham", "Nottinghamshire", "NG# #DE", "+44 115 496 0###", "nottingham" },
  { "Leicester", "Leicestershire", "LE# #GH", "+44 116 496 0###", "leicester" },
  { "Bristol", NULL, "BS# #LT", "+44 117 496 0###", "bristol" },
  { "Reading", "Berkshire", "RG# #NP", "+44 118 496 0###", "reading" },
  { "Birmingham", "West Midlands", "B## #QQ", "+44 121 496 0###", "birmingham" },
  { "Edinburgh", "Scotland", "EH# #RS", "+44 131 496 0###", "edinburgh" },
  { "Glasgow", "Scotland", "G# #TU", "+44 141 496 0###", "glasgow" },
  { "Liverpool", "Merseyside", "L# #WX", "+44 151 496 0###", "liverpool" },
  { "Manchester", "Greater Manchester", "M# #YZ", "+44 161 496 0###", "manchester" },
  { NULL, NULL, NULL, NULL, NULL } };
static const char *const EN_COMPANIES[] = {
  "{f} Construction Ltd", "{f} & {g} Civil Engineering", "{c} Aggregates plc", "{f} Groundworks", "{s} Plant Hire Ltd",
  "{s} Quarries {c}", "{f} Brothers Demolition Ltd", "{c} Surfacing & Road Planing Ltd", "{s} Earthmoving", "{f} Recycling & Waste Ltd",
  "{s} Infrastructure Partners LLP", "{f}, {g} & Sons (Contractors) Ltd", NULL };
static const SatchelDemoWord EN_STEMS[] = {
  { "Northgate", "northgate" }, { "Pennine", "pennine" }, { "Redstone", "redstone" }, { "Highmoor", "highmoor" },
  { "Ironbridge", "ironbridge" }, { "Calder Valley", "caldervalley" }, { "Longridge", "longridge" }, { "Blackrock", "blackrock" },
  { "Fairfield", "fairfield" }, { "Millstone", "millstone" }, { "Ridgeway", "ridgeway" }, { "Southfork", "southfork" }, { NULL, NULL } };
static const char *const EN_STREETS[] = { "{n} Quarry Lane", "Unit {n}, Canal Road Industrial Estate", "{n} {f} Street",
  "{n} Station Approach", "The Old Brickworks, {n} Mill Road", NULL };
static const char *const EN_JOBS[] = { "Managing Director", "Plant Manager", "Site Agent", "Buyer", "Workshop Foreman",
  "Fleet Engineer", "Operator", "Finance Director", "Contracts Manager", NULL };
static const char *const EN_MACHINE_TOPICS[] = { "{p} for the ring road contract", "Two {p}, replacement of the old fleet",
  "{p} on a three-year lease", "{p} for the quarry", "Demonstration and offer: {p}", "{p} with quick coupler and three buckets", NULL };
static const char *const EN_PART_TOPICS[] = { "{p}: annual supply", "Workshop stock: {p}", "{p} for the winter overhaul",
  "Framework agreement for {p}", NULL };
static const char *const EN_TASKS[] = { "Call {a} about the offer", "Visit {a} on site", "Send the price list to {a}",
  "Ask {a} for the delivery date", "Arrange a demonstration for {a}", "Check financing terms for {a}", "Return visit: {a}",
  "Invite {a} to the operator club evening", NULL };
static const char *const EN_NOTES[] = { "Telephone call", "Site visit", "Competitor's offer", "Machine hours", "Meeting at the fair", NULL };
static const char *const EN_SENTENCES[] = { "They run eleven machines, four of them ours.",
  "The present excavator has passed 12,400 hours and the final drive is noisy.", "Decision is made by the managing director; the plant manager has a veto.",
  "A competitor has quoted 4 % less but with sixteen weeks' delivery.", "Budget is released in the new financial year.",
  "Wants to see the machine at work before anything is signed.", "Asked for undercarriage parts ex stock.",
  "Prefers to be called before eight in the morning.", "Financing over 48 months with a final instalment was discussed.",
  "The operator recommended us to his former employer as well.", NULL };

/* ---- German ---- */

static const SatchelDemoWord DE_GIVEN[] = {
  { "Anneliese", "anneliese" }, { "Bernd", "bernd" }, { "Christine", "christine" }, { "Dieter", "dieter" }, { "Elke", "elke" },
  { "Frank", "frank" }, { "Günther", "guenther" }, { "Heike", "heike" }, { "Ingo", "ingo" }, { "Jörg", "joerg" },
  { "Käthe", "kaethe" }, { "Lutz", "lutz" }, { "Marlene", "marlene" }, { "Norbert", "norbert" }, { "Petra", "petra" },
  { "Ralf", "ralf" }, { "Sabine", "sabine" }, { "Thorsten", "thorsten" }, { "Ulrike", "ulrike" }, { "Wolfgang", "wolfgang" }, { NULL, NULL } };
static const SatchelDemoWord DE_FAMILY[] = {
  { "Bäcker", "baecker" }, { "Brandstätter", "brandstaetter" }, { "Dombrowski", "dombrowski" }, { "Eichhorn", "eichhorn" },
  { "Fröhlich", "froehlich" }, { "Grünewald", "gruenewald" }, { "Haußmann", "haussmann" }, { "Jäger", "jaeger" },
  { "Kleinschmidt", "kleinschmidt" }, { "Löffler", "loeffler" }, { "Mühlbauer", "muehlbauer" }, { "Niedermeier", "niedermeier" },
  { "Oberländer", "oberlaender" }, { "Pfeiffer", "pfeiffer" }, { "Rößler", "roessler" }, { "Schönherr", "schoenherr" },
  { "Strauß", "strauss" }, { "Tiefenbacher", "tiefenbacher" }, { "Übelacker", "uebelacker" }, { "Vogelsang", "vogelsang" },
  { "Weißgerber", "weissgerber" }, { "Zimmermann", "zimmermann" }, { NULL, NULL } };
static const SatchelDemoCity DE_CITIES[] = {
  { "Köln", "Nordrhein-Westfalen", "506##", "+49 221 555 0###", "koeln" },
  { "München", "Bayern", "803##", "+49 89 555 0###", "muenchen" },
  { "Würzburg", "Bayern", "970##", "+49 931 555 0###", "wuerzburg" },
  { "Leipzig", "Sachsen", "041##", "+49 341 555 0###", "leipzig" },
  { "Görlitz", "Sachsen", "028##", "+49 3581 555 0##", "goerlitz" },
  { "Kassel", "Hessen", "341##", "+49 561 555 0###", "kassel" },
  { "Osnabrück", "Niedersachsen", "490##", "+49 541 555 0###", "osnabrueck" },
  { "Rostock", "Mecklenburg-Vorpommern", "180##", "+49 381 555 0###", "rostock" },
  { NULL, NULL, NULL, NULL, NULL } };
static const char *const DE_COMPANIES[] = {
  "{f} Tiefbau GmbH", "{f} & Söhne Bauunternehmung GmbH & Co. KG", "Kieswerk {c} GmbH", "Straßenbau {c} AG", "{f} Erdbewegung",
  "Baumaschinenverleih {f} e.K.", "{s} Abbruch und Recycling GmbH", "Steinbruch {f} KG", "Arge Umgehung {c} ({f}/{g})",
  "Gleisbau {s} GmbH", NULL };
static const SatchelDemoWord DE_STEMS[] = {
  { "Rheinland", "rheinland" }, { "Isar", "isar" }, { "Main-Spessart", "mainspessart" }, { "Lausitz", "lausitz" },
  { "Weserbergland", "weserbergland" }, { "Hanse", "hanse" }, { "Süderelbe", "suederelbe" }, { NULL, NULL } };
static const char *const DE_STREETS[] = { "Industriestraße {n}", "Am Steinbruch {n}", "{f}straße {n}", "Gewerbepark {n}",
  "Alte Ziegelei {n}", NULL };
static const char *const DE_JOBS[] = { "Geschäftsführerin", "Geschäftsführer", "Maschinentechnische Leitung", "Einkauf", "Bauleiter",
  "Werkstattmeister", "Polier", "Disponentin", NULL };
static const char *const DE_MACHINE_TOPICS[] = { "{p} für die Ortsumgehung", "Ersatzbeschaffung: {p}", "{p} zur Miete mit Kaufoption",
  "Vorführung und Angebot {p}", "{p} mit Schnellwechsler und Grabenräumlöffel", NULL };
static const char *const DE_PART_TOPICS[] = { "{p}: Jahresbedarf", "Werkstattlager {p}", "Rahmenvertrag {p}", NULL };
static const char *const DE_TASKS[] = { "{a} wegen des Angebots anrufen", "Baustellenbesuch bei {a}", "Preisliste an {a} schicken",
  "Liefertermin mit {a} klären", "Vorführung für {a} abstimmen", "Finanzierung für {a} anfragen", "Nachfassen bei {a}", NULL };
static const char *const DE_NOTES[] = { "Telefonat", "Besuch auf der Baustelle", "Angebot der Konkurrenz", "Betriebsstunden", NULL };
static const char *const DE_SENTENCES[] = { "Der Fuhrpark zählt neun Maschinen, drei davon von uns.",
  "Der jetzige Bagger hat über 11.000 Betriebsstunden, die Hydraulik schwitzt.", "Entschieden wird im Gesellschafterkreis, frühestens nach Ostern.",
  "Der Mitbewerber bietet vier Prozent günstiger, liefert aber erst in sechzehn Wochen.", "Möchte die Maschine vorher im Einsatz sehen.",
  "Laufwerksteile werden ab Lager gebraucht.", "Bitte nur vor acht Uhr anrufen.", "Eine Finanzierung über 48 Monate wurde besprochen.", NULL };

/* ---- Romanian ---- */

static const SatchelDemoWord RO_GIVEN[] = {
  { "Andreea", "andreea" }, { "Bogdan", "bogdan" }, { "Cătălin", "catalin" }, { "Doina", "doina" }, { "Elena", "elena" },
  { "Florin", "florin" }, { "Gheorghe", "gheorghe" }, { "Horațiu", "horatiu" }, { "Ioana", "ioana" }, { "Lucian", "lucian" },
  { "Mădălina", "madalina" }, { "Nicolae", "nicolae" }, { "Oana", "oana" }, { "Răzvan", "razvan" }, { "Ștefan", "stefan" },
  { "Tudor", "tudor" }, { "Țițu", "titu" }, { "Viorica", "viorica" }, { NULL, NULL } };
static const SatchelDemoWord RO_FAMILY[] = {
  { "Albu", "albu" }, { "Bălan", "balan" }, { "Ciobanu", "ciobanu" }, { "Dănilă", "danila" }, { "Enăchescu", "enachescu" },
  { "Fărcaș", "farcas" }, { "Ghiță", "ghita" }, { "Iliescu", "iliescu" }, { "Lupașcu", "lupascu" }, { "Mureșan", "muresan" },
  { "Năstase", "nastase" }, { "Oprișan", "oprisan" }, { "Pătrașcu", "patrascu" }, { "Rusu", "rusu" }, { "Săvulescu", "savulescu" },
  { "Șerban", "serban" }, { "Țurcanu", "turcanu" }, { "Văcărescu", "vacarescu" }, { NULL, NULL } };
static const SatchelDemoCity RO_CITIES[] = {
  { "București", NULL, "0#0###", "+40 21 555 0###", "bucuresti" },
  { "Cluj-Napoca", "Cluj", "400###", "+40 264 555 ###", "cluj" },
  { "Iași", "Iași", "700###", "+40 232 555 ###", "iasi" },
  { "Timișoara", "Timiș", "300###", "+40 256 555 ###", "timisoara" },
  { "Constanța", "Constanța", "900###", "+40 241 555 ###", "constanta" },
  { "Brașov", "Brașov", "500###", "+40 268 555 ###", "brasov" },
  { "Târgu Mureș", "Mureș", "540###", "+40 265 555 ###", "targumures" },
  { NULL, NULL, NULL, NULL, NULL } };
static const char *const RO_COMPANIES[] = {
  "{s} Construct SRL", "Drumuri și Poduri {c} SA", "{f} Terasamente SRL", "Cariera {c} SRL", "{f} & {g} Construcții SRL",
  "{s} Utilaje și Transport SRL", "Balastiera {f} SRL", "Întreprindere Individuală {f}", "{s} Asfalt SA", NULL };
static const SatchelDemoWord RO_STEMS[] = {
  { "Carpatica", "carpatica" }, { "Dacia Nord", "dacianord" }, { "Transilvan", "transilvan" }, { "Mureșana", "muresana" },
  { "Bănățeana", "banateana" }, { "Dobrogea", "dobrogea" }, { "Argeșul", "argesul" }, { NULL, NULL } };
static const char *const RO_STREETS[] = { "Str. Fabricii nr. {n}", "Calea Turzii nr. {n}", "Bd. Muncii nr. {n}", "Str. {f} nr. {n}",
  "DN1, km {n}", NULL };
static const char *const RO_JOBS[] = { "Administrator", "Director tehnic", "Șef de șantier", "Achiziții", "Mecanic-șef", "Director general", NULL };
static const char *const RO_MACHINE_TOPICS[] = { "{p} pentru lotul 3 al autostrăzii", "Înlocuire utilaj: {p}", "{p} în leasing pe 36 de luni",
  "Demonstrație și ofertă {p}", NULL };
static const char *const RO_PART_TOPICS[] = { "{p}: necesar anual", "Stoc de atelier: {p}", "Contract-cadru pentru {p}", NULL };
static const char *const RO_TASKS[] = { "Telefon la {a} despre ofertă", "Vizită pe șantier la {a}", "Listă de prețuri pentru {a}",
  "Termen de livrare pentru {a}", "Demonstrație la {a}", "Finanțare pentru {a}", NULL };
static const char *const RO_NOTES[] = { "Convorbire telefonică", "Vizită pe șantier", "Oferta concurenței", "Ore de funcționare", NULL };
static const char *const RO_SENTENCES[] = { "Parcul are șapte utilaje, două de la noi.", "Excavatorul actual are peste 10.500 de ore și pierde ulei.",
  "Decizia o ia administratorul, după licitația din primăvară.", "Concurența oferă mai ieftin, dar livrează abia peste patru luni.",
  "Vrea să vadă utilajul la lucru înainte de semnare.", "Sunt necesare piese de șenilă din stoc.", "S-a discutat un leasing pe 36 de luni.", NULL };

/* ---- Chinese ---- */

static const SatchelDemoWord ZH_GIVEN[] = {
  { "伟", "wei" }, { "芳", "fang" }, { "娜", "na" }, { "秀英", "xiuying" }, { "敏", "min" }, { "静", "jing" }, { "建国", "jianguo" },
  { "磊", "lei" }, { "军", "jun" }, { "晓明", "xiaoming" }, { "志强", "zhiqiang" }, { "海燕", "haiyan" }, { "文博", "wenbo" },
  { "子涵", "zihan" }, { "国栋", "guodong" }, { "丽华", "lihua" }, { NULL, NULL } };
static const SatchelDemoWord ZH_FAMILY[] = {
  { "王", "wang" }, { "李", "li" }, { "张", "zhang" }, { "刘", "liu" }, { "陈", "chen" }, { "杨", "yang" }, { "赵", "zhao" },
  { "黄", "huang" }, { "周", "zhou" }, { "吴", "wu" }, { "徐", "xu" }, { "孙", "sun" }, { "胡", "hu" }, { "高", "gao" },
  { "欧阳", "ouyang" }, { "司徒", "situ" }, { NULL, NULL } };
static const SatchelDemoCity ZH_CITIES[] = {
  { "北京", "北京", "1000##", "010-8586####", "beijing" },
  { "天津", "天津", "3000##", "022-5855####", "tianjin" },
  { "石家庄", "河北", "0500##", "0311-855####", "shijiazhuang" },
  { "太原", "山西", "0300##", "0351-755####", "taiyuan" },
  { "大同", "山西", "0370##", "0352-255####", "datong" },
  { "呼和浩特", "内蒙古", "0100##", "0471-655####", "huhehaote" },
  { "唐山", "河北", "0630##", "0315-255####", "tangshan" },
  { "济南", "山东", "2500##", "0531-855####", "jinan" },
  { NULL, NULL, NULL, NULL, NULL } };
static const char *const ZH_COMPANIES[] = {
  "{c}{s}建筑工程有限公司", "{c}{s}矿业集团有限公司", "{s}路桥建设集团股份有限公司", "{c}市{s}工程机械租赁有限公司", "{s}土石方工程队",
  "{c}{s}砂石有限责任公司", "{f}{g}兄弟机械施工有限公司", "中{s}市政工程总公司", NULL };
static const SatchelDemoWord ZH_STEMS[] = {
  { "宏达", "hongda" }, { "恒信", "hengxin" }, { "华北", "huabei" }, { "金石", "jinshi" }, { "长城", "changcheng" }, { "燕山", "yanshan" },
  { "永泰", "yongtai" }, { "鑫源", "xinyuan" }, { "太行", "taihang" }, { "顺通", "shuntong" }, { NULL, NULL } };
static const char *const ZH_STREETS[] = { "建设路{n}号", "工业园区{n}号", "解放大街{n}号", "经济技术开发区创业路{n}号", NULL };
static const char *const ZH_JOBS[] = { "总经理", "设备部经理", "采购主管", "项目经理", "机手", "财务总监", "维修主任", NULL };
static const char *const ZH_MACHINE_TOPICS[] = { "{p}采购", "矿区更新设备：{p}", "{p}融资租赁三年", "{p}现场演示及报价", "高速公路二标段{p}", NULL };
static const char *const ZH_PART_TOPICS[] = { "{p}年度供应", "{p}库存补充", "{p}框架协议", NULL };
static const char *const ZH_TASKS[] = { "致电{a}跟进报价", "拜访{a}工地", "向{a}发送价目表", "与{a}确认交货期", "为{a}安排现场演示",
  "机手俱乐部邀请：{a}", NULL };
static const char *const ZH_NOTES[] = { "电话记录", "工地拜访", "竞争对手报价", "设备小时数", NULL };
static const char *const ZH_SENTENCES[] = { "客户现有设备十二台，其中五台是我们的。", "目前的液压挖掘机已运行一万一千小时，准备更新。",
  "决策人是总经理，设备部经理的意见很重要。", "竞争对手报价低百分之四，但交货期要十六周。", "希望签约前先看现场演示。",
  "需要履带底盘件现货。", "讨论了四十八个月的融资租赁方案。", "机手推荐了另一家客户。", NULL };

const SatchelDemoLanguage SATCHEL_DEMO_LANGUAGES[] = {
  { "en", "United Kingdom", "co", EN_GIVEN, EN_FAMILY, EN_CITIES, EN_COMPANIES, EN_STEMS, EN_STREETS, "+44 7700 900###",
    EN_JOBS, EN_MACHINE_TOPICS, EN_PART_TOPICS, EN_TASKS, EN_NOTES, EN_SENTENCES },
  { "de", "Germany", "de", DE_GIVEN, DE_FAMILY, DE_CITIES, DE_COMPANIES, DE_STEMS, DE_STREETS, "+49 171 392 0###",
    DE_JOBS, DE_MACHINE_TOPICS, DE_PART_TOPICS, DE_TASKS, DE_NOTES, DE_SENTENCES },
  { "ro", "Romania", "ro", RO_GIVEN, RO_FAMILY, RO_CITIES, RO_COMPANIES, RO_STEMS, RO_STREETS, "+40 700 555 ###",
    RO_JOBS, RO_MACHINE_TOPICS, RO_PART_TOPICS, RO_TASKS, RO_NOTES, RO_SENTENCES },
  { "zh", "China", "cn", ZH_GIVEN, ZH_FAMILY, ZH_CITIES, ZH_COMPANIES, ZH_STEMS, ZH_STREETS, "139#1395###",
    ZH_JOBS, ZH_MACHINE_TOPICS, ZH_PART_TOPICS, ZH_TASKS, ZH_NOTES, ZH_SENTENCES },
};
const guint SATCHEL_DEMO_N_LANGUAGES = G_N_ELEMENTS (SATCHEL_DEMO_LANGUAGES);

const SatchelDemoProduct SATCHEL_DEMO_PRODUCTS[] = {
  { "Hydraulic Excavator HX 140", "HX140", "Hydraulic excavators", "piece", 128000, TRUE },
  { "Hydraulic Excavator HX 220", "HX220", "Hydraulic excavators", "piece", 176500, TRUE },
  { "Hydraulic Excavator HX 360", "HX360", "Hydraulic excavators", "piece", 287000, TRUE },
  { "Hydraulic Excavator HX 520", "HX520", "Hydraulic excavators", "piece", 462000, TRUE },
  { "Mini Excavator HX 18", "HX18", "Hydraulic excavators", "piece", 24900, TRUE },
  { "Motor Grader MG 120", "MG120", "Motor graders", "piece", 214000, TRUE },
  { "Motor Grader MG 160", "MG160", "Motor graders", "piece", 298500, TRUE },
  { "Track-Type Tractor TT 5", "TT5", "Track-type tractors", "piece", 189000, TRUE },
  { "Track-Type Tractor TT 8", "TT8", "Track-type tractors", "piece", 418000, TRUE },
  { "Cold Planer CP 1000", "CP1000", "Cold planers", "piece", 386000, TRUE },
  { "Cold Planer CP 2100", "CP2100", "Cold planers", "piece", 571000, TRUE },
  { "Undercarriage Kit HX 220", "P-22010", "Parts", "set", 11850, FALSE },
  { "Track Shoe Group 600 mm", "P-22044", "Parts", "set", 6420, FALSE },
  { "Bucket Teeth, set of 10", "P-30110", "Parts", "set", 389, FALSE },
  { "Hydraulic Pump HX 360", "P-36200", "Parts", "piece", 8740, FALSE },
  { "Filter Service Kit 500 h", "P-50005", "Parts", "set", 214, FALSE },
  { "Filter Service Kit 2,000 h", "P-50020", "Parts", "set", 968, FALSE },
  { "Milling Drum Picks, box of 50", "P-61050", "Parts", "box", 412, FALSE },
  { "Grader Blade 3.7 m", "P-64037", "Parts", "piece", 1275, FALSE },
  { "Engine Overhaul Kit TT 8", "P-78001", "Parts", "set", 18400, FALSE },
  { "Hydraulic Oil, 208 l", "P-90208", "Parts", "drum", 743, FALSE },
  { NULL, NULL, NULL, NULL, 0, FALSE },
};
/* clang-format on */
