// @ts-check
// Everything that our scripts show, in both languages.

export const TEXTS = {
    addPhotos: { en: "Add photos…", zh: "添加照片…" },
    dropHere: { en: "or drop 3 to 20 photos of one person here", zh: "或将同一个人的 3 到 20 张照片拖到这里" },
    remove: { en: "Remove this photo", zh: "移除这张照片" },
    uploading: { en: "Uploading {done} of {total}", zh: "正在上传 {done} / {total}" },
    uploadFailed: { en: "{name} could not be uploaded: {reason}", zh: "{name} 上传失败：{reason}" },

    photosAccepted: { en: "{accepted} of {total} photos accepted", zh: "{total} 张照片中有 {accepted} 张可用" },
    verdict_accepted: { en: "accepted", zh: "可用" },
    verdict_unreadable: { en: "unreadable", zh: "无法读取" },
    verdict_no_face: { en: "no face", zh: "没有人脸" },
    verdict_several_faces: { en: "several faces", zh: "多张人脸" },
    verdict_too_small: { en: "too small", zh: "人脸太小" },
    verdict_blurred: { en: "blurred", zh: "模糊" },
    verdict_too_dark: { en: "too dark", zh: "太暗" },
    verdict_too_bright: { en: "too bright", zh: "太亮" },
    verdict_turned_away: { en: "turned away", zh: "转头" },
    verdict_occluded: { en: "covered", zh: "被遮挡" },
    verdict_duplicate: { en: "repeated", zh: "重复" },
    verdict_stranger: { en: "someone else", zh: "另一个人" },

    moreSettings: { en: "▸ More settings", zh: "▸ 更多设置" },
    fewerSettings: { en: "▾ Fewer settings", zh: "▾ 收起设置" },
    trainingIdle: { en: "The training shows its progress here.", zh: "训练进度会显示在这里。" },
    trainingOf: { en: "Training {person}", zh: "正在训练 {person}" },
    stepOf: { en: "step {step} of {total}", zh: "第 {step} 步，共 {total} 步" },
    timeLeft: { en: "{time} left", zh: "剩余 {time}" },
    memory: { en: "{gigabytes} GB", zh: "{gigabytes} GB" },
    seconds: { en: "{seconds} s", zh: "{seconds} 秒" },
    minutes: { en: "{minutes} min {seconds} s", zh: "{minutes} 分 {seconds} 秒" },
    hours: { en: "{hours} h {minutes} min", zh: "{hours} 小时 {minutes} 分" },
    resumed: { en: "goes on from step {step}", zh: "从第 {step} 步继续" },
    loss: { en: "loss {loss}", zh: "损失 {loss}" },
    lossCurve: { en: "Loss over {step} steps, now {loss}", zh: "{step} 步的损失，当前 {loss}" },
    lossSmoothed: { en: "training", zh: "训练" },
    lossValidation: { en: "validation", zh: "验证" },
    lossBaseline: { en: "before training", zh: "训练前" },
    sampleAt: { en: "step {step}", zh: "第 {step} 步" },
    sample_plain: { en: "plain", zh: "普通" },
    sample_styled: { en: "in a style", zh: "风格化" },
    stopAndKeep: { en: "Stop and keep", zh: "停止并保留" },
    stopAndKeepHint: {
        en: "Ends the training after this step. What was learned so far becomes the person.",
        zh: "在这一步之后结束训练，以目前学到的结果作为人物。",
    },
    stopping: { en: "Stops after this step…", zh: "将在这一步之后停止…" },
    stopFailed: { en: "The training could not be stopped: {reason}", zh: "无法停止训练：{reason}" },
    stepsDone: { en: "{steps} steps", zh: "{steps} 步" },
    stoppedEarly: { en: "{steps} steps, stopped early", zh: "{steps} 步，提前停止" },
    trainingFailed: { en: "The training failed", zh: "训练失败" },
    trainingCancelled: { en: "The training was cancelled", zh: "训练已取消" },

    choose: { en: "Choose…", zh: "选择…" },
    chooseStyle: { en: "Choose a style", zh: "选择风格" },
    choosePose: { en: "Choose a pose", zh: "选择姿势" },
    searchStyles: { en: "Search by name, tag or prompt", zh: "按名称、标签或提示词搜索" },
    searchPoses: { en: "Search by name", zh: "按名称搜索" },
    nothingFound: { en: "Nothing fits this search.", zh: "没有符合的结果。" },
    listFailed: { en: "The list could not be loaded: {reason}", zh: "无法加载列表：{reason}" },
    unusable: { en: "{id} cannot be used: {reason}", zh: "{id} 无法使用：{reason}" },
    notListed: { en: "not on this machine", zh: "本机没有" },
    loraInstalled: { en: "LoRA installed", zh: "LoRA 已安装" },
    promptOnly: { en: "works from its prompt", zh: "仅靠提示词" },

    people: { en: "People…", zh: "人物…" },
    peopleTitle: { en: "People on this machine", zh: "本机的人物" },
    peopleNobody: {
        en: "Nobody is here yet. Train a person with Train Face LoRA, or import one.",
        zh: "还没有人物。请用“训练人脸 LoRA”训练，或导入一个。",
    },
    peopleFailed: { en: "The people could not be loaded: {reason}", zh: "无法加载人物：{reason}" },
    save: { en: "Save", zh: "保存" },
    cancel: { en: "Cancel", zh: "取消" },
    rename: { en: "Rename", zh: "重命名" },
    renameTo: { en: "New name of {name}", zh: "{name} 的新名称" },
    renamed: { en: "{name} is called {other} now.", zh: "{name} 现在名为 {other}。" },
    renameFailed: { en: "{name} could not be renamed: {reason}", zh: "无法重命名 {name}：{reason}" },
    exportPerson: { en: "Export", zh: "导出" },
    exporting: { en: "Exporting {name}…", zh: "正在导出 {name}…" },
    exportFailed: { en: "{name} could not be exported: {reason}", zh: "无法导出 {name}：{reason}" },
    importPerson: { en: "Import…", zh: "导入…" },
    importDrop: { en: "or drop an exported person, a .person.zip file, here", zh: "或将导出的人物（.person.zip 文件）拖到这里" },
    importing: { en: "Importing {name}…", zh: "正在导入 {name}…" },
    imported: { en: "{name} is in the library now.", zh: "{name} 已在人物库中。" },
    importFailed: { en: "{name} could not be imported: {reason}", zh: "无法导入 {name}：{reason}" },
    importNoArchive: {
        en: "{name} is no exported person. Choose a .person.zip file.",
        zh: "{name} 不是导出的人物。请选择 .person.zip 文件。",
    },
    importTaken: {
        en: "{name} holds somebody whose name is taken here. Choose another name:",
        zh: "{name} 中的人物与本机已有人物同名。请换一个名称：",
    },
    deletePerson: { en: "Delete…", zh: "删除…" },
    deleteTitle: { en: "Delete {name}?", zh: "删除 {name}？" },
    deleteTakes: { en: "This goes from this machine for good:", zh: "以下内容将从本机永久删除：" },
    deleteKeeps: {
        en: "Finished portraits in ComfyUI's output folder stay. Remove them there if they are to go, too.",
        zh: "ComfyUI 输出文件夹中已完成的写真会保留。如需删除，请到该文件夹中删除。",
    },
    deleteNow: { en: "Delete {name}", zh: "删除 {name}" },
    deleted: { en: "{name} was deleted.", zh: "{name} 已删除。" },
    deleteFailed: { en: "{name} could not be deleted: {reason}", zh: "无法删除 {name}：{reason}" },
    deletes_loras: { en: "LoRA versions: {count} ({size})", zh: "LoRA 版本：{count}（{size}）" },
    deletes_references: { en: "reference pictures: {count} ({size})", zh: "参考图：{count}（{size}）" },
    deletes_datasets: { en: "training sets: {count} ({size})", zh: "训练集：{count}（{size}）" },
    deletes_trainings: { en: "trainings with their samples: {count} ({size})", zh: "训练及其样张：{count}（{size}）" },
    deletes_photos: {
        en: "uploaded photos that nobody else was made of: {count} ({size})",
        zh: "仅用于此人的已上传照片：{count}（{size}）",
    },

    licenceTitle: { en: "Accept the licence of {id}?", zh: "接受 {id} 的许可协议？" },
    licenceAsk: {
        en: "{id} may be used under restrictions only. Read its terms; if you agree, accept them for this ComfyUI.",
        zh: "{id} 的使用受到限制。请阅读条款；同意后，为这台 ComfyUI 接受。",
    },
    licenceName: { en: "Licence: {licence}", zh: "许可协议：{licence}" },
    licenceUnstated: { en: "Licence: its publisher states none", zh: "许可协议：发布者没有说明" },
    licenceTerms: { en: "Terms: {url}", zh: "条款：{url}" },
    licenceForbids: { en: "It forbids commercial use.", zh: "禁止商业用途。" },
    licenceUnclear: { en: "Whether it allows commercial use is unclear.", zh: "是否允许商业用途并不明确。" },
    licenceDownload: {
        en: "{megabytes} MB are fetched from {hosts} when it is first used.",
        zh: "首次使用时将从 {hosts} 下载 {megabytes} MB。",
    },
    licenceDownloadUnknown: {
        en: "Its files are fetched from {hosts} when it is first used; their size is not known.",
        zh: "首次使用时将从 {hosts} 下载文件，大小未知。",
    },
    licenceByHand: {
        en: "Its files have to be put into models/{folder} by hand.",
        zh: "需要手动把文件放到 models/{folder}。",
    },
    licenceHere: { en: "Its files are here already.", zh: "文件已在本机。" },
    licenceScope: {
        en: "Accepting is remembered on this installation. No workflow can do it.",
        zh: "接受的记录只保存在本机，工作流无法代为接受。",
    },
    licenceFailed: { en: "The licence of {id} could not be accepted: {reason}", zh: "无法接受 {id} 的许可协议：{reason}" },
    licencesUnknown: { en: "The licences could not be looked up: {reason}", zh: "无法查询许可协议：{reason}" },

    portraitsIdle: { en: "The ranked portraits appear here.", zh: "排序后的写真会显示在这里。" },
    portraitsKept: { en: "{kept} of {total} portraits kept", zh: "{total} 张写真中保留了 {kept} 张" },
    rank: { en: "#{rank}", zh: "第 {rank} 名" },
    alike: { en: "{percent} alike", zh: "相似度 {percent}" },
    kept: { en: "kept", zh: "保留" },
    dropped: { en: "dropped", zh: "淘汰" },
    outcome_kept_as_best: { en: "best, below the threshold", zh: "最好的一张，但低于阈值" },
    outcome_below_threshold: { en: "below the threshold", zh: "低于阈值" },
    outcome_beyond_keep: { en: "more than were to be kept", zh: "超出保留数量" },
    outcome_no_face: { en: "no face", zh: "没有人脸" },

    close: { en: "Close", zh: "关闭" },
    previous: { en: "Previous", zh: "上一张" },
    next: { en: "Next", zh: "下一张" },
    openFile: { en: "Open the file", zh: "打开文件" },
};

/** @typedef {keyof typeof TEXTS} TextKey */

/**
 * @param {TextKey} key
 * @param {string} locale "zh" and its variants are Chinese, all else is English
 * @param {Record<string, string | number>} [values] for the names in braces
 * @returns {string}
 */
export const text = (key, locale, values = {}) => {
    const words = TEXTS[key][language(locale)];
    return words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
};

/** @param {string} locale @returns {"en" | "zh"} the one of our languages that fits best */
export const language = (locale) => (locale.startsWith("zh") ? "zh" : "en");
