"""One writing of a firm's name, and the part of it that tells firms apart. Pure."""

import re
from collections.abc import Iterable
from typing import Final

import polars as pl

from enterprises.search import folded

# Characters whose simple form is not in doubt; 乾, 後, 昇, 鑫 and their like stay: in a name they may be meant.
_TRADITIONAL: Final = (
    "業機電實創發開資貿環藥農國華東興寶龍豐聯達遠強騰飛鋼鐵銅鋁鎳鋅鈦銀錫鎢礦煉鑄鍛壓軋鋸鑽鎮鄉縣區島灣濱漢黃麗恆長張馬馮陽陳劉趙吳鄭葉莊楊楓樹樺構標準檢測驗證認識誌記訊設計"
    "課題讀寫製劑營養豬雞鴨鵝魚蝦鱉鱷蠶絲綢緞織紡紗線繩網絡纜纖維絨縫紉綠藍紅緣編組結紙級綜統繼續經緯緻納純約紹終給絕顏額類頻顯顧項預領頭頂順須頌頗頁饋飲飯館饒餅駿騏驅馳駕驢"
    "錦錄鏡鐘鑒鎖鍵鍋鋒銷銘釀釣針鉑鈉鈷鋰錳鉬鑭閃閥閣閱問間關閉陸陰陣階際隨險隱雙雜離難雲霧靈靜韌韻響鳳鳴鴻鵬鷹麥麵點齊齒齡龐龜億個倉偉側偵備傑傳債傷償優儀儲兒內兩冊凍凱別則"
    "剛劃劍勁動務勝勞勢匯協單衛卻廠廳歷厲參叢員啟嘗園圍圖團報場塊塵墊壇壘壯壺壽夢夾奪奧奮婦媽孫學寧審寬對導將專尋層屬岡峽嶺巖帶幣幫庫廟廢廣彎彈彙徑從復徵慶憲應懷態戶戰拋捨掃"
    "採換揚損搖擁擇擊擔據擴擺攝敗敵數斷時晉晝暢曉曆書會條柵極樂樓樞樣橋檔櫃欄權歐歡歲殘氣氫決沒況淺湯溝滅滬滿漁漸潔澤濃濕濟濤瀏灘燈燒燦爐爭爺牆狀獅獎獨獲瑪瓊產畝畢異療瘡瘋盜"
    "盤監眾硯碩磚礎礙礬禮禱種稱穎積穩窩競筆築簡簽籃籌糧紀紐緊練總績繪羅義習聖職聲聽肅腦腫膚膠臉臘臨舉舊艙艦蘇藝蘭虛號蟲術衝裝補裡複規視覺觀訂訓許訪評詞試詩話該詳語誠誤說請諸"
    "調談論諾謀講謝謹譜譯議護變讓貝負財責賢貨質貫貴貸費賀賓賽贏趕跡踐軌軟軸較載輕輔輛輝輪輯輸轉轎辦辭遷過運還進連週遊違適選遺鄧鄰醫醬釋鎂鈴銳鋪錢錯鍾鏈門閘閩閨隊隴隻雖頓顆願"
    "風馭駐驛驕鮮鯨鳥鹽黨龔嚴喪為烏喬買亂虧亞僅們價傘倫偽體餘傭俠僑儉傾兌獸軍淨涼減湊處刪剎劇勸勵賣盧廁廈廚敘嘆嚇呂嗎嗚圓壞堅壩墳墜壟墾殼夠妝寵宮爾堯屍盡嶼嶽"
)
_SIMPLE: Final = (
    "业机电实创发开资贸环药农国华东兴宝龙丰联达远强腾飞钢铁铜铝镍锌钛银锡钨矿炼铸锻压轧锯钻镇乡县区岛湾滨汉黄丽恒长张马冯阳陈刘赵吴郑叶庄杨枫树桦构标准检测验证认识志记讯设计"
    "课题读写制剂营养猪鸡鸭鹅鱼虾鳖鳄蚕丝绸缎织纺纱线绳网络缆纤维绒缝纫绿蓝红缘编组结纸级综统继续经纬致纳纯约绍终给绝颜额类频显顾项预领头顶顺须颂颇页馈饮饭馆饶饼骏骐驱驰驾驴"
    "锦录镜钟鉴锁键锅锋销铭酿钓针铂钠钴锂锰钼镧闪阀阁阅问间关闭陆阴阵阶际随险隐双杂离难云雾灵静韧韵响凤鸣鸿鹏鹰麦面点齐齿龄庞龟亿个仓伟侧侦备杰传债伤偿优仪储儿内两册冻凯别则"
    "刚划剑劲动务胜劳势汇协单卫却厂厅历厉参丛员启尝园围图团报场块尘垫坛垒壮壶寿梦夹夺奥奋妇妈孙学宁审宽对导将专寻层属冈峡岭岩带币帮库庙废广弯弹汇径从复征庆宪应怀态户战抛舍扫"
    "采换扬损摇拥择击担据扩摆摄败敌数断时晋昼畅晓历书会条栅极乐楼枢样桥档柜栏权欧欢岁残气氢决没况浅汤沟灭沪满渔渐洁泽浓湿济涛浏滩灯烧灿炉争爷墙状狮奖独获玛琼产亩毕异疗疮疯盗"
    "盘监众砚硕砖础碍矾礼祷种称颖积稳窝竞笔筑简签篮筹粮纪纽紧练总绩绘罗义习圣职声听肃脑肿肤胶脸腊临举旧舱舰苏艺兰虚号虫术冲装补里复规视觉观订训许访评词试诗话该详语诚误说请诸"
    "调谈论诺谋讲谢谨谱译议护变让贝负财责贤货质贯贵贷费贺宾赛赢赶迹践轨软轴较载轻辅辆辉轮辑输转轿办辞迁过运还进连周游违适选遗邓邻医酱释镁铃锐铺钱错钟链门闸闽闺队陇只虽顿颗愿"
    "风驭驻驿骄鲜鲸鸟盐党龚严丧为乌乔买乱亏亚仅们价伞伦伪体余佣侠侨俭倾兑兽军净凉减凑处删刹剧劝励卖卢厕厦厨叙叹吓吕吗呜圆坏坚坝坟坠垄垦壳够妆宠宫尔尧尸尽屿岳"
)
SIMPLE_OF: Final = dict(zip(_TRADITIONAL, _SIMPLE, strict=True))
_SIMPLIFY: Final = str.maketrans(SIMPLE_OF)
_MARKS: Final = r"[()\[\]{}<>“”\"'‘’《》,，.。、·\-—_/\\:：;；*※#]"
_LEGAL: Final = (
    r"(?:(?:集团|控股)?(?:股份)?(?:有限责任公司|有限公司|有限公|公司)|(?:股份)?有限(?:责任)?|\(?有限合伙\)?|集团)$"
)
# Where the register says nothing of places, names still begin with these.
PROVINCE: Final = ("湖北省", "湖北", "中国")


def simplified(text: str) -> str:
    """The text in simple characters."""
    return text.translate(_SIMPLIFY)


def plain(name: str) -> str:
    """A name in one writing: folded, simple characters, without brackets and marks."""
    return re.sub(_MARKS, "", folded(simplified(name)))


def plain_column(folded_names: pl.Series) -> pl.Series:
    """``plain`` of names that are folded already, a column at a time."""
    many = pl.col("name").str.replace_many(list(SIMPLE_OF), list(SIMPLE_OF.values())).str.replace_all(_MARKS, "")
    return folded_names.to_frame("name").select(many)["name"]


def prefix_of(places: Iterable[str]) -> str:
    """A pattern of the places that names begin with: 湖北, 云川市, 云川 …, the longest first."""
    spelt = {*PROVINCE}
    for place in places:
        name = plain(place)
        spelt |= {name, name[:-1]} if name[-1:] in {"省", "市", "县", "区", "州"} and len(name) > 2 else {name}
    return "^(?:" + "|".join(sorted(map(re.escape, spelt - {""}), key=lambda one: (-len(one), one))) + ")+"


def core_column(folded_names: pl.Series, prefix: str) -> pl.Series:
    """What is left of folded names without place and legal form; the name itself where nothing would be left.

    A place in brackets says where the firm is, as one at the beginning does: 智芯科技(湖北)有限公司 is 智芯科技.
    """
    placed = rf"[(\[]{prefix.removeprefix('^')}[)\]]"
    simple = pl.col("name").str.replace_many(list(SIMPLE_OF), list(SIMPLE_OF.values()))
    without = folded_names.to_frame("name").select(simple.str.replace_all(placed, ""))["name"]
    plain_names = plain_column(without)
    bare = pl.col("name").str.replace(_LEGAL, "")
    core = bare.str.replace(prefix, "")
    kept = pl.when(core.str.len_chars() >= 2).then(core).when(bare.str.len_chars() >= 2).then(bare).otherwise("name")
    return plain_names.to_frame("name").select(kept.alias("core"))["core"]


def is_subsequence(short: str, long: str) -> bool:
    """Whether the characters of ``short`` stand in ``long`` in their order, as a short name's do."""
    characters = iter(long)
    return all(character in characters for character in short)
