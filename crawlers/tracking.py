"""Parameters of an address that name a campaign, a click, a sender or a visit, never a page. Read by `urls.py`.

The first list is of names that mean nothing else wherever they stand; the second of common words (`source`, `from`, `s`) that
mean it on one site only. A word that chooses what a page shows is in neither, also where a site's own links carry it as a trail:
search words, filters, variants, signed redirections.
"""

from functools import lru_cache

ANYWHERE = """
utm utm_* at_* mtm mtm_* matomo_* pk_* piwik_* hsa_* oly_* vero_* ns_* stm_* ga_* otm_* itm_* vn_* hmb_* int_campaign
fbclid fb_action_ids fb_action_types fb_ref fb_source action_object_map action_ref_map action_type_map mibextid
gclid gclsrc dclid gbraid wbraid gs_l srsltid _ga _gl msclkid twclid __twitter_impression ref_src ref_url yclid _openstat ttclid
igshid igsh li_fat_id epik tt_medium tt_content sznclid irclickid irgwc k_clickid rb_clickid ad_click_id wickedid
mc mc_cid mc_eid mc_tc mkt_tok _hsenc _hsmi __hssc __hstc __hsfp hsctatracking __s os_ehash ml_subscriber ml_subscriber_hash
ss_email_id trk_contact trk_msg trk_module trk_sid sfmc_id email_token
spmailingid spuserid spjobid spreportid dr_tracker
xtor xtref xts xtmc xtnp xt_at wt_mc wtmc wt_zmc wtzmc wtrid ncid cmpid s_cid sc_cid s_kwcid ef_id
cm_mmc cm_lm intcid
echobox spm spm_id_from scm ceneo_spo tracking_source _trkparms _trksid
rss_source from_rss guccounter guce_referrer guce_referrer_sig sr_share sharetoken
replytocom _branch_match_id $deep_link ref_campaign ref_source _nc_x __tn__ hc_* __xts__* __cft__*
pf_rd_* pd_rd_* cv_ct_* aff_request_id algo_expid algo_pvid ws_ab_test btsid ali_refid ali_trackid ut_sk share_crt_v utparam
dop_ab_variant dop_source_zone_name dop_req_id dop_id organic_search_click click_key click_sum federated_search_id
source_impression_id clicktrackinfo funneluuid
"""

ON_SITES = {
    # shops and markets
    "amazon.*": "qid sr srs __mk_* spia ms3_c ie refrid colid coliid qualifier _encoding smid ref ref_ th sprefix crid linkcode "
    "creativeasin ascsubtag aaxitk sb-ci-* rnid dchild camp creative content-id dib dib_tag social_share starsleft skiptwisterog "
    "tag",
    "ebay.*": "_from hash",
    "aliexpress.*": "gps-id scm* scm-* cv af mall_affr sk dp terminal_id",
    "taobao.com": "price sourcetype suid un sp_tk cpp shareurl short_name app scm* pvid ns abbucket acm pos abtest utkn scene "
    "trackinfo mytmenu turing_bucket lygclk impid bfttag bftrwd _u user_number_id activity_id",
    "tmall.com": "price sourcetype suid un sp_tk cpp shareurl short_name app scm* pvid ns abbucket acm pos abtest utkn scene "
    "trackinfo mytmenu turing_bucket lygclk impid bfttag bftrwd user_number_id activity_id",
    "tb.cn": "sm",
    "lazada.*": "abid pvid ad_src src from pa pid_pvid did mp cid impsrc pos",
    "shopee.*": "publish_id sp_atk xptdk",
    "flipkart.com": "otracker* ssid marketplace srno ppn ppt fm collection-tab-name qh hpid ctx nnc",
    "mercadolibre.com": "deal_id l s t v tracking_id pdp_filters position search_layout type c_* me.* reco_*",
    "mercadolivre.com": "deal_id l s t v tracking_id pdp_filters position search_layout type c_* me.* reco_*",
    "walmart.com": "u1 ath*",
    "bestbuy.com": "loc acampid mpid intl",
    "argos.co.uk": "istcompanyid istfeedid istitemid istbid clickorigin",
    "backcountry.com": "cmp_id cmp_sku mer mr:trackingcode mr:device mr:adtype mr:referralid iv_ rmatt int_id ti fl",
    "moosejaw.com": "webuserid",
    "vitamix.com": "_requestid cid dl di sd bi",
    "woot.com": "ref ref_",
    "allegro.pl": "sid reco_id",
    "ceneo.pl": "tag",
    "ozon.ru": "partner",
    "tokopedia.com": "src whid trkid",
    "tchibo.de": "wbdcd",
    "billiger.de": "log",
    "idealo.de": "sid src siteid lcb leadouturl offerlistid osid cancelurl disc",
    "office-partner.de": "spartner campaign",
    "newsletter.lidl.*": "x",
    "humblebundle.com": "partner",
    "epicgames.com": "epic_affiliate epic_gameid",
    "bigfishgames.com": "pc npc npv* npi",
    "steampowered.com": "snr",
    "roblox.com": "refpageid",
    "gog.com": "track_click link_id",
    "fiverr.com": "context_referrer source ref_ctx_id funnel",
    "airbnb.*": "search_type source",
    "zillow.com": "rtoken",
    "realtor.com": "ex identityid mid rid",
    "redfin.com": "riftinfo",
    "indeed.com": "from alid tk advtk jobtk",
    "hh.ru": "vss t swnt grpos ptl stl exp plim",
    "bahn.de": "dbkanal_*",
    # search and portals
    "google.*": "ved bi* gfe_* ei source gs_* oq esrc uact cd cad gws_* atyp vet _u je dcr ie sei sa dpr btn* aqs "
    "sourceid sxsrf rlz i-would-rather-use-firefox pcampaignid sca_esv sca_upv iflsig fbs ictx cshid referrer",
    "bing.*": "cvid sk sp sc qs qp form",
    "msn.com": "cvid ocid",
    "yandex.*": "redircnt",
    "apple.com": "app ign-itsc*",
    "mozilla.org": "src redirect_source as",
    "firefox.com": "entrypoint form_type",
    "thunderbird.net": "src",
    "zoho.com": "iref",
    "wps.com": "from",
    "arms-retcode.aliyuncs.com": "pid uid tag release environment sample behavior enablespa enablelinktrace page begin c2 c3 "
    "success code msg api traceid pv_id flag sr vp ct _v sampling dl post_res",  # a beacon
    # social networks and media
    "youtube.com": "feature kw si pp",
    "youtu.be": "feature kw si pp",
    "facebook.com": "ref fref refid refsrc referral_code referral_story_type eid comment_tracking dti app video_source "
    "ftentidentifier padding ls_ref action_history tracking eav sfnsn idorvanity wtsid rdc rdr paipv _rdr",
    "twitter.com": "src s cn t",
    "x.com": "src s cn t",
    "reddit.com": "rdt $3p $original_url correlation_id share_id",
    "linkedin.com": "refid lipi licu trk trackingid",
    "tiktok.com": "u_code preview_pb _d _t _r timestamp user_id share_app_name share_iid source",
    "snapchat.com": "sc_referrer sc_ua",
    "weibo.com": "weibo_id dt_dapp",
    "weibo.cn": "weibo_id dt_dapp",
    "bilibili.com": "callback from_source from seid msource refer_from share_from share_plat share_tag share_session_id "
    "share_source share_medium timestamp unique_k vd_source plat_id buvid is_story_h5 up_id "
    "bbid ts visit_id session_id broadcast_type is_room_feed",
    "xiaohongshu.com": "xhsshare author_share xsec_source share_from_user_hidden app_version ignoreengage app_platform "
    "apptime share_id appuid sharedredid sharedid shareredid exsource verifyuuid verifytype verifybiz",
    "youku.com": "tpa",
    "sohu.com": "pvid",
    "spotify.com": "si",
    "netflix.com": "tctx trackid jb*",
    "imdb.com": "ref_",
    "goodreads.com": "from_search from_srp qid rank ac",
    "9gag.com": "ref",
    "giphy.com": "ref",
    "shutterstock.com": "src",
    "boredpanda.com": "h",
    "disq.us": "cuid",
    "meetup.com": "rv _xtd",
    "github.com": "email_source",
    "change.org": "source_location psf_variant share_intent",
    "kahoot.it": "refer_method",
    "dailycodingproblem.com": "email",
    "readdc.com": "ref",
    "mozillazine.org": "sid",
    "deeplearning.ai": "ecid",
    # the press
    "autoplus.fr": "idprob hash site_id sending_id",
    "cafepedagogique.net": "actid actcampaigntype actsource",
    "marketscreener.com": "noredirect rewritelast lien acomposeinputsearch add_mots countview",
    "net-parade.it": "pl",
    "prvnizpravy.cz": "xid",
    "nytimes.com": "smid",
    "newyorker.com": "source esrc bxid cndid mbid",
    "theguardian.com": "cmp",
    "medium.com": "source",
    "techcrunch.com": "sr",
    "cnet.com": "ftag",
    "gamespot.com": "posttype servicetype ftag uniqueid thetime",
    "cnbc.com": "__source",
    "metro.co.uk": "ito",
    "forbes.com": "sh",
    "eonline.com": "source medium content",
    "allrecipes.com": "internalsource referringid referringcontenttype clickid",
    "reuters.com": "taid",
    "spiegel.de": "b",
    "swp.de": "source",
    "diepresse.com": "from",
    "tweakers.net": "nb u",
    "novinky.cz": "source seq_no",
    "seznamzpravy.cz": "source seq_no",
    "onet.pl": "srcc utm_v",
    "hs.fi": "share",
    "yle.fi": "origin",
    "nikkei.com": "adid i_cid n_cid waad",
    "nikkei.co.jp": "adid i_cid n_cid waad",
    "wkorea.com": "ddw ds_ch",
    "teletrader.com": "internal",
    "healio.com": "ecp m_bt",
    "cell.com": "_returnurl",
    "academic.oup.com": "redirectedfrom",
    "norml.org": "link_id can_id source email_referrer email_subject",
    "bloculus.com": "tl_*",
}


def is_tracking(name: str, host: str) -> bool:
    """Whether a parameter of an address at `host` (in lower case) names no page. Case and a doubled escape do not matter."""
    name = name.lower().removeprefix("amp;").removeprefix("%3f").replace("%24", "$")
    names, beginnings = _ANYWHERE
    if name in names or name.startswith(beginnings):
        return True
    names, beginnings = _of_site(host)
    return name in names or name.startswith(beginnings)


def _compiled(text: str) -> tuple[frozenset[str], tuple[str, ...]]:
    words = text.split()
    return frozenset(word for word in words if not word.endswith("*")), tuple(word[:-1] for word in words if word.endswith("*"))


_ANYWHERE = _compiled(ANYWHERE)


@lru_cache(maxsize=4096)
def _of_site(host: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The names of a site and of the domains above it; `amazon.*` is amazon.fr and amazon.co.uk."""
    labels = host.split(".")
    domains = [".".join(labels[start:]) for start in range(len(labels) - 1)]
    ending = 2 if len(labels) > 2 and labels[-2] in ("co", "com") else 1
    domains += [".".join(labels[start:-ending]) + ".*" for start in range(len(labels) - ending)]
    return _compiled(" ".join(ON_SITES.get(domain, "") for domain in domains))
