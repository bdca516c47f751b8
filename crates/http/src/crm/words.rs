//! The words in which the calls of clients and of contacts differ. Requests are read by them, and the OpenAPI document is written by them.

/// The names under which the source's documents speak of one kind of record.
pub(crate) struct Words {
    /// The id of a record.
    pub(crate) id: &'static str,
    /// The id of what it belongs to.
    pub(crate) owner: Option<&'static str>,
    pub(crate) register: &'static str,
    pub(crate) update: &'static str,
    /// What names the record of an update by its ids.
    pub(crate) info: &'static str,
    pub(crate) items: &'static str,
    pub(crate) delete: &'static str,
    pub(crate) delete_list: &'static str,
    /// The two ways to name a record, in words: of a detail, an update, a delete call.
    pub(crate) detail_keys: &'static str,
    pub(crate) update_keys: &'static str,
    pub(crate) delete_keys: &'static str,
}

/// 取引先.
pub(crate) const CLIENT: Words = Words {
    id: "clientID",
    owner: None,
    register: "clientRegisterInfo",
    update: "clientUpdateInfo",
    info: "clientInfo",
    items: "clientItemList",
    delete: "deleteClientInfo",
    delete_list: "deleteClientList",
    detail_keys: "clientID, systemLinkageID + linkageIDValue",
    update_keys: "clientInfo, systemLinkageInfo",
    delete_keys: "deleteClientList, deleteSystemLinkageList",
};

/// 取引先担当者.
pub(crate) const CONTACT: Words = Words {
    id: "clientResponsibleID",
    owner: Some("clientID"),
    register: "clientResponsibleRegisterInfo",
    update: "clientResponsibleUpdateInfo",
    info: "clientResponsibleInfo",
    items: "clientResponsibleItemList",
    delete: "deleteClientResponsibleInfo",
    delete_list: "deleteClientResponsibleList",
    detail_keys: "clientResponsibleID, systemLinkageID + linkageIDValue",
    update_keys: "clientResponsibleInfo, systemLinkageInfo",
    delete_keys: "deleteClientResponsibleList, deleteSystemLinkageList",
};
