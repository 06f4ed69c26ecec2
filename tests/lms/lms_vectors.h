/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Test cases of RFC 8554 (appendix F) and RFC 9858 (appendix A), all of SHA-256: HSS keys and signatures
 * in hexadecimal digits, as printed there. Those of SHAKE are left out. README.md says more.
 */
#ifndef FWS_TESTS_LMS_VECTORS_H
#define FWS_TESTS_LMS_VECTORS_H

/* RFC 8554, test case 1: L = 2, both LMS_SHA256_M32_H5 with LMOTS_SHA256_N32_W8. */
#define RFC8554_1_KEY                                                                              \
    "00000002000000050000000461a5d57d37f5e46bfb7520806b07a1b850650e3b"                             \
    "31fe4a773ea29a07f09cf2ea30e579f0df58ef8e298da0434cb2b878"
#define RFC8554_1_MESSAGE                                                                          \
    "The powers not delegated to the United States by the Constitution, nor prohibited by it "     \
    "to the States, are reserved to the States respectively, or to the people.\n"
#define RFC8554_1_SIGNATURE                                                                        \
    "000000010000000500000004d32b56671d7eb98833c49b433c272586bc4a1c8a"                             \
    "8970528ffa04b966f9426eb9965a25bfd37f196b9073f3d4a232feb69128ec45"                             \
    "146f86292f9dff9610a7bf95a64c7f60f6261a62043f86c70324b7707f5b4a8a"                             \
    "6e19c114c7be866d488778a0e05fd5c6509a6e61d559cf1a77a970de927d60c7"                             \
    "0d3de31a7fa0100994e162a2582e8ff1b10cd99d4e8e413ef469559f7d7ed12c"                             \
    "838342f9b9c96b83a4943d1681d84b15357ff48ca579f19f5e71f18466f2bbef"                             \
    "4bf660c2518eb20de2f66e3b14784269d7d876f5d35d3fbfc7039a462c716bb9"                             \
    "f6891a7f41ad133e9e1f6d9560b960e7777c52f060492f2d7c660e1471e07e72"                             \
    "655562035abc9a701b473ecbc3943c6b9c4f2405a3cb8bf8a691ca51d3f6ad2f"                             \
    "428bab6f3a30f55dd9625563f0a75ee390e385e3ae0b906961ecf41ae073a059"                             \
    "0c2eb6204f44831c26dd768c35b167b28ce8dc988a3748255230cef99ebf14e7"                             \
    "30632f27414489808afab1d1e783ed04516de012498682212b07810579b25036"                             \
    "5941bcc98142da13609e9768aaf65de7620dabec29eb82a17fde35af15ad238c"                             \
    "73f81bdb8dec2fc0e7f932701099762b37f43c4a3c20010a3d72e2f606be108d"                             \
    "310e639f09ce7286800d9ef8a1a40281cc5a7ea98d2adc7c7400c2fe5a101552"                             \
    "df4e3cccfd0cbf2ddf5dc6779cbbc68fee0c3efe4ec22b83a2caa3e48e0809a0"                             \
    "a750b73ccdcf3c79e6580c154f8a58f7f24335eec5c5eb5e0cf01dcf44394240"                             \
    "95fceb077f66ded5bec73b27c5b9f64a2a9af2f07c05e99e5cf80f00252e39db"                             \
    "32f6c19674f190c9fbc506d826857713afd2ca6bb85cd8c107347552f30575a5"                             \
    "417816ab4db3f603f2df56fbc413e7d0acd8bdd81352b2471fc1bc4f1ef296fe"                             \
    "a1220403466b1afe78b94f7ecf7cc62fb92be14f18c2192384ebceaf8801afdf"                             \
    "947f698ce9c6ceb696ed70e9e87b0144417e8d7baf25eb5f70f09f016fc925b4"                             \
    "db048ab8d8cb2a661ce3b57ada67571f5dd546fc22cb1f97e0ebd1a65926b123"                             \
    "4fd04f171cf469c76b884cf3115cce6f792cc84e36da58960c5f1d760f32c12f"                             \
    "aef477e94c92eb75625b6a371efc72d60ca5e908b3a7dd69fef0249150e3eebd"                             \
    "fed39cbdc3ce9704882a2072c75e13527b7a581a556168783dc1e97545e31865"                             \
    "ddc46b3c957835da252bb7328d3ee2062445dfb85ef8c35f8e1f3371af34023c"                             \
    "ef626e0af1e0bc017351aae2ab8f5c612ead0b729a1d059d02bfe18efa971b73"                             \
    "00e882360a93b025ff97e9e0eec0f3f3f13039a17f88b0cf808f488431606cb1"                             \
    "3f9241f40f44e537d302c64a4f1f4ab949b9feefadcb71ab50ef27d6d6ca8510"                             \
    "f150c85fb525bf25703df7209b6066f09c37280d59128d2f0f637c7d7d7fad4e"                             \
    "d1c1ea04e628d221e3d8db77b7c878c9411cafc5071a34a00f4cf07738912753"                             \
    "dfce48f07576f0d4f94f42c6d76f7ce973e9367095ba7e9a3649b7f461d9f9ac"                             \
    "1332a4d1044c96aefee67676401b64457c54d65fef6500c59cdfb69af7b6dddf"                             \
    "cb0f086278dd8ad0686078dfb0f3f79cd893d314168648499898fbc0ced5f95b"                             \
    "74e8ff14d735cdea968bee7400000005d8b8112f9200a5e50c4a262165bd342c"                             \
    "d800b8496810bc716277435ac376728d129ac6eda839a6f357b5a04387c5ce97"                             \
    "382a78f2a4372917eefcbf93f63bb59112f5dbe400bd49e4501e859f885bf073"                             \
    "6e90a509b30a26bfac8c17b5991c157eb5971115aa39efd8d564a6b90282c316"                             \
    "8af2d30ef89d51bf14654510a12b8a144cca1848cf7da59cc2b3d9d0692dd2a2"                             \
    "0ba3863480e25b1b85ee860c62bf51360000000500000004d2f14ff6346af964"                             \
    "569f7d6cb880a1b66c5004917da6eafe4d9ef6c6407b3db0e5485b122d9ebe15"                             \
    "cda93cfec582d7ab0000000a000000040703c491e7558b35011ece3592eaa5da"                             \
    "4d918786771233e8353bc4f62323185c95cae05b899e35dffd71705470620998"                             \
    "8ebfdf6e37960bb5c38d7657e8bffeef9bc042da4b4525650485c66d0ce19b31"                             \
    "7587c6ba4bffcc428e25d08931e72dfb6a120c5612344258b85efdb7db1db9e1"                             \
    "865a73caf96557eb39ed3e3f426933ac9eeddb03a1d2374af7bf771855774562"                             \
    "37f9de2d60113c23f846df26fa942008a698994c0827d90e86d43e0df7f4bfcd"                             \
    "b09b86a373b98288b7094ad81a0185ac100e4f2c5fc38c003c1ab6fea479eb2f"                             \
    "5ebe48f584d7159b8ada03586e65ad9c969f6aecbfe44cf356888a7b15a3ff07"                             \
    "4f771760b26f9c04884ee1faa329fbf4e61af23aee7fa5d4d9a5dfcf43c4c26c"                             \
    "e8aea2ce8a2990d7ba7b57108b47dabfbeadb2b25b3cacc1ac0cef346cbb90fb"                             \
    "044beee4fac2603a442bdf7e507243b7319c9944b1586e899d431c7f91bcccc8"                             \
    "690dbf59b28386b2315f3d36ef2eaa3cf30b2b51f48b71b003dfb08249484201"                             \
    "043f65f5a3ef6bbd61ddfee81aca9ce60081262a00000480dcbc9a3da6fbef5c"                             \
    "1c0a55e48a0e729f9184fcb1407c31529db268f6fe50032a363c9801306837fa"                             \
    "fabdf957fd97eafc80dbd165e435d0e2dfd836a28b354023924b6fb7e48bc0b3"                             \
    "ed95eea64c2d402f4d734c8dc26f3ac591825daef01eae3c38e3328d00a77dc6"                             \
    "57034f287ccb0f0e1c9a7cbdc828f627205e4737b84b58376551d44c12c3c215"                             \
    "c812a0970789c83de51d6ad787271963327f0a5fbb6b5907dec02c9a90934af5"                             \
    "a1c63b72c82653605d1dcce51596b3c2b45696689f2eb382007497557692caac"                             \
    "4d57b5de9f5569bc2ad0137fd47fb47e664fcb6db4971f5b3e07aceda9ac130e"                             \
    "9f38182de994cff192ec0e82fd6d4cb7f3fe00812589b7a7ce51544045643301"                             \
    "6b84a59bec6619a1c6c0b37dd1450ed4f2d8b584410ceda8025f5d2d8dd0d217"                             \
    "6fc1cf2cc06fa8c82bed4d944e71339ece780fd025bd41ec34ebff9d4270a322"                             \
    "4e019fcb444474d482fd2dbe75efb20389cc10cd600abb54c47ede93e08c114e"                             \
    "db04117d714dc1d525e11bed8756192f929d15462b939ff3f52f2252da2ed64d"                             \
    "8fae88818b1efa2c7b08c8794fb1b214aa233db3162833141ea4383f1a6f120b"                             \
    "e1db82ce3630b3429114463157a64e91234d475e2f79cbf05e4db6a9407d72c6"                             \
    "bff7d1198b5c4d6aad2831db61274993715a0182c7dc8089e32c8531deed4f74"                             \
    "31c07c02195eba2ef91efb5613c37af7ae0c066babc69369700e1dd26eddc0d2"                             \
    "16c781d56e4ce47e3303fa73007ff7b949ef23be2aa4dbf25206fe45c20dd888"                             \
    "395b2526391a724996a44156beac808212858792bf8e74cba49dee5e8812e019"                             \
    "da87454bff9e847ed83db07af313743082f880a278f682c2bd0ad6887cb59f65"                             \
    "2e155987d61bbf6a88d36ee93b6072e6656d9ccbaae3d655852e38deb3a2dcf8"                             \
    "058dc9fb6f2ab3d3b3539eb77b248a661091d05eb6e2f297774fe6053598457c"                             \
    "c61908318de4b826f0fc86d4bb117d33e865aa805009cc2918d9c2f840c4da43"                             \
    "a703ad9f5b5806163d7161696b5a0adc00000005d5c0d1bebb06048ed6fe2ef2"                             \
    "c6cef305b3ed633941ebc8b3bec9738754cddd60e1920ada52f43d055b5031ce"                             \
    "e6192520d6a5115514851ce7fd448d4a39fae2ab2335b525f484e9b40d6a4a96"                             \
    "9394843bdcf6d14c48e8015e08ab92662c05c6e9f90b65a7a6201689999f32bf"                             \
    "d368e5e3ec9cb70ac7b8399003f175c40885081a09ab3034911fe125631051df"                             \
    "0408b3946b0bde790911e8978ba07dd56c73e7ee"

/*
 * RFC 8554, test case 2, whose private keys are printed (appendix A derives the rest), with what was
 * drawn at random: LMS_SHA256_M32_H10 with W4, which signed with leaf 3 the key of LMS_SHA256_M32_H5
 * with W8, which signed the message with leaf 4. Y is the first of the chains in the signature, PATH
 * the last node of the path.
 */
#define RFC8554_2_TOP_SEED  "558b8966c48ae9cb898b423c83443aae014a72f1b1ab5cc85cf1d892903b5439"
#define RFC8554_2_TOP_ID    "d08fabd4a2091ff0a8cb4ed834e74534"
#define RFC8554_2_TOP_ROOT  "32a58885cd9ba0431235466bff9651c6c92124404d45fa53cf161c28f1ad5a8e"
#define RFC8554_2_TOP_C     "3d46bee8660f8f215d3f96408a7a64cf1c4da02b63a55f62c666ef5707a914ce"
#define RFC8554_2_TOP_Y     "0674e8cb7a55f0c48d484f31f3aa4af9719a74f22cf823b94431d01c926e2a76"
#define RFC8554_2_LEAF_SEED "a1c4696e2608035a886100d05cd99945eb3370731884a8235e2fb3d4d71f2547"
#define RFC8554_2_LEAF_ID   "215f83b7ccb9acbcd08db97b0d04dc2b"
#define RFC8554_2_LEAF_ROOT "a1cd035833e0e90059603f26e07ad2aad152338e7a5e5984bcd5f7bb4eba40b7"
#define RFC8554_2_LEAF_C    "0eb1ed54a2460d512388cad533138d240534e97b1e82d33bd927d201dfc24ebb"
#define RFC8554_2_LEAF_Y    "11b3649023696f85150b189e50c00e98850ac343a77b3638319c347d7310269d"
#define RFC8554_2_LEAF_PATH "e4041d95398a6f7f3e0ee97cc1591849d4ed236338b147abde9f51ef9fd4e1c1"
#define RFC8554_2_MESSAGE                                                                          \
    "The enumeration in the Constitution, of certain rights, shall not be construed to deny or "   \
    "disparage others retained by the people.\n"

/* RFC 9858, A.1: L = 1, LMS_SHA256_M24_H5 with LMOTS_SHA256_N24_W8. */
#define RFC9858_1_KEY                                                                              \
    "000000010000000a00000008202122232425262728292a2b2c2d2e2f2c571450"                             \
    "aed99cfb4f4ac285da14882796618314508b12d2"
#define RFC9858_1_MESSAGE "Test message for SHA256-192\n"
#define RFC9858_1_SIGNATURE                                                                        \
    "0000000000000005000000080b5040a18c1b5cabcbc85b047402ec6294a30dd8"                             \
    "da8fc3dae13b9f0875f09361dc77fcc4481ea463c073716249719193614b835b"                             \
    "4694c059f12d3aedd34f3db93f3580fb88743b8b3d0648c0537b7a50e433d7ea"                             \
    "9d6672fffc5f42770feab4f98eb3f3b23fd2061e4d0b38f832860ae76673ad1a"                             \
    "1a52a9005dcf1bfb56fe16ff723627612f9a48f790f3c47a67f870b81e919d99"                             \
    "919c8db48168838cece0abfb683da48b9209868be8ec10c63d8bf80d36498dfc"                             \
    "205dc45d0dd870572d6d8f1d90177cf5137b8bbf7bcb67a46f86f26cfa5a44cb"                             \
    "caa4e18da099a98b0b3f96d5ac8ac375d8da2a7c248004ba11d7ac775b921835"                             \
    "9cddab4cf8ccc6d54cb7e1b35a36ddc9265c087063d2fc6742a7177876476a32"                             \
    "4b03295bfed99f2eaf1f38970583c1b2b616aad0f31cd7a4b1bb0a51e477e94a"                             \
    "01bbb4d6f8866e2528a159df3d6ce244d2b6518d1f0212285a3c2d4a927054a1"                             \
    "e1620b5b02aab0c8c10ed48ae518ea73cba81fcfff88bff461dac51e7ab4ca75"                             \
    "f47a6259d24820b9995792d139f61ae2a8186ae4e3c9bfe0af2cc717f424f41a"                             \
    "a67f03faedb0665115f2067a46843a4cbbd297d5e83bc1aafc18d1d03b3d894e"                             \
    "8595a6526073f02ab0f08b99fd9eb208b59ff6317e5545e6f9ad5f9c183abd04"                             \
    "3d5acd6eb2dd4da3f02dbc3167b468720a4b8b92ddfe7960998bb7a0ecf2a26a"                             \
    "37598299413f7b2aecd39a30cec527b4d9710c4473639022451f50d01c045712"                             \
    "5da0fa4429c07dad859c846cbbd93ab5b91b01bc770b089cfede6f651e86dd7c"                             \
    "15989c8b5321dea9ca608c71fd862323072b827cee7a7e28e4e2b999647233c3"                             \
    "456944bb7aef9187c96b3f5b79fb98bc76c3574dd06f0e95685e5b3aef3a54c4"                             \
    "155fe3ad817749629c30adbe897c4f4454c86c490000000ae9ca10eaa811b22a"                             \
    "e07fb195e3590a334ea64209942fbae338d19f152182c807d3c40b189d3fcbea"                             \
    "942f44682439b191332d33ae0b761a2a8f984b56b2ac2fd4ab08223a69ed1f77"                             \
    "19c7aa7e9eee96504b0e60c6bb5c942d695f0493eb25f80a5871cffd131d0e04"                             \
    "ffe5065bc7875e82d34b40b69dd9f3c1"

/* RFC 9858, A.4: L = 1, LMS_SHA256_M24_H20 with LMOTS_SHA256_N24_W4. */
#define RFC9858_4_KEY                                                                              \
    "000000010000000d00000007404142434445464748494a4b4c4d4e4f9c08a50d"                             \
    "170406869892802ee4142fcdeac990f110c2460c"
#define RFC9858_4_MESSAGE "Test message for SHA256/192 w=4"
#define RFC9858_4_SIGNATURE                                                                        \
    "000000000000006400000007853fa6e1a65fef076acd2485505b93be9aeb2641"                             \
    "e3d3805c1887f26f4bcdb6ac0337b76fa5d6603834287e010b20516f7c336df2"                             \
    "134c0a981f1ec2bb7baee516e91e67d3bd16c8d945a7f2be4fd84a604ae3743e"                             \
    "fc609ee0e69572e9c6d4a68250e877b75d3cae63e9d5c15a32bb3cd17045f6b3"                             \
    "e195284fdd1ee3cfbe18f1cbd06ef3e7af34b1844d42dac453115a4507ed525c"                             \
    "ec120d054b403c61a7e5034fac4be6ef5412d194d4b6bbc0ae6cd3fe9993d583"                             \
    "ee06f4030bc832efec24d1f713f5088731b91a98491fa3adf1b322bce26df24c"                             \
    "8415e3a46bdfe07a6fd48e6d951515758cd6434991098bf6949249fca338ec23"                             \
    "5871dd564998d07d9b1b1b8d644e657fee8039da8fe195d129faddb12d543b86"                             \
    "b0ab8cf6f26c121783f3b828d03f793b42909272f688e4ef6d46e82bdd1a02b1"                             \
    "ff86c3b79920b2e6f19faf75c623242f1f2c549f84fb2f4c3ffead3120d97bae"                             \
    "a507467bb2da79f132bbe15b596fdfcb70983107ebca2597de9d55bd83bcae5c"                             \
    "28a85259dadb354859986e60c8afa0b10bd08a8f9ed9b1ede3377075fe0ae363"                             \
    "49f7d2ed7bfc9ece0d4cd6972059329419feaf3b9a1045b6cfa4ae89b1cea895"                             \
    "0aea4af870d1a3a3909ebc5a3013d6deb927abc0f95093e83cb36a9c1d6f13ad"                             \
    "d19268ac7a0371f8335b0952a57fdb0141d55d937dd6ebb08fee8a5cf426ac97"                             \
    "d54ee7aa17e6c57be5e62a52a6b1b986730d3a3aad8a7d327ddf883e6bc7b636"                             \
    "eb2a5c4f2a635ae5bada5418d43dfedb69c0a0209334fac89d420d6ad5a2e1df"                             \
    "95d26a1bfeb99a5e8455061bfdf2d6e8394caf8a4be699b8afa38e524d405333"                             \
    "0af478f85bf33d3ca3a35bc96987282bd513a8f6a52db9ba36aa90882b3bf573"                             \
    "fa275449d8d49eb30bed2bb17a0ecc7d8a20807f2ea3dd37acd46c713cc2ac9d"                             \
    "01a20a30d6832eef86a1e26d1cad7761bf4130a6565572766026509deeddaf46"                             \
    "b605452b218a4e137a7ce063b546a35c52510f0ea2cac879192ec443e43b37c5"                             \
    "ffa23da7a7fc254324a3de705c771794f10ea356e5a747e5146fd804a4771980"                             \
    "3c185b380e34b8dcc8269c2b073d86b2307cf90c6c3ef9271f2d53df2579f0c4"                             \
    "cfb632db37a9025965f70b4616673228e98644be6576417b7a97f104350259e7"                             \
    "f697408cdf8cf81a3e7741626ccdb87ad8531264cb5ceb7c8c097cec505091a3"                             \
    "ee3a826c54f78169abc2e7d0a318dac10250ba940e51e79a3f572fb32bf442be"                             \
    "6fd81267946e6387f9a8c705d945c653f2684655e3fa6b9ee311d8a091bef989"                             \
    "8292fa272fb8761f066c23d87aa10d67871cc5419c843b796855c51ad1272e92"                             \
    "64acd2035a82b12c2ddbc85adfcd7c22366a36495349391dbf0001064b8f6b28"                             \
    "365445d733e48f1b058a6cb3e71bbb8df3e90406299894f4ca682943ceeba410"                             \
    "b33b07716ffc18d6eab75f2d6372f1133605fa3c3ed66f2d8f7c5abe59e87d45"                             \
    "00965e347523d73cb356c144827aaa22b1c72a15293c7400e02aaefcf36f68a8"                             \
    "246900e6e6228e7ad19d1450c23434f1e45043dc2b6db57f20d8f5b344d4162a"                             \
    "a651333287cd8bf8fac41c78d61fe2929209bfe2dc5a2f80205c043b22e540a2"                             \
    "9f0ea0a5ff529e55bf1dfe4296fc4bb4ac2e875322ab115db479fe979d64f784"                             \
    "09af4ec3ad3b758fff83af1b9c48e90ca39366f426c2fb921df55c72786a9217"                             \
    "723945a1ac1a66af7def4f8b367001732cce0e5bac91ac9d603807f8bab105b4"                             \
    "6d315d4cb88feb1c8686884b0000000d13d1a8ef00c5811c15c4d774fdcf7515"                             \
    "5315aff53ebdff8fb6a54f12c165963dd5690cc9842b0e2190afc5443497584c"                             \
    "832155599d00aced84bb3b59170396f7db4fa84aa8577f76cf9367d6e99d3d5b"                             \
    "e3555d7156b004f2002f505681b1ad229b9b46a666672aa8ee662c3a0456a9ad"                             \
    "da7a44fbaca46789577dcd36dc5cdff34b864d0a32492a0acbcaa6c011748f20"                             \
    "5b91ab2ab84f2333fb3e3b9acaecdac38b58aa5f32e718e225631ed6674cccb8"                             \
    "c119acbd4992ab3130a6e912deec59835ab52fbc549430f8b403e4a2a51cc7f4"                             \
    "6fc143d365763aa1708fd25bcd657a790e54718d970906242a3b8a97dff18e91"                             \
    "a44c4ba818a8dd2d242251265b023b826077eb740f6682e6c4ada2b85a67988d"                             \
    "406132c2ad899099e44cfe610c3a5af70b406224411a59597e5dda0f31cd16c9"                             \
    "14b67e96141661f0074f43eb02273481bc324ded26c64f2388559d8c8bd0ef8b"                             \
    "34ca4afebfac2a689b4246c264241488dcf922350dc44f7bc09d57dc1126291b"                             \
    "2318810e0f44801c071e572fd032c780f44c9503a4c03c37417dc96422ba0849"                             \
    "c37956f9fd5d33ea4fcab84276effec652ca77d7d47ac93c633d99e0a236f03d"                             \
    "5587d1990ffaef737fced1f5cdd8f373844e9f316aad41a0b12302639f83a2d7"                             \
    "4c9fe30d305a942bc0c30352a5e44dfb"

#endif
