import { both } from '../../requirements/scenarios/scenario.ts';
import { accuracy, arxiv, page, published, same, type Architecture } from './architecture.ts';

const VGG = arxiv(
  '1409.1556',
  'Simonyan, Zisserman',
  'Very Deep Convolutional Networks for Large-Scale Image Recognition',
  'ICLR 2015',
  2014,
);
const RESNET = arxiv(
  '1512.03385',
  'He, Zhang, Ren, Sun',
  'Deep Residual Learning for Image Recognition',
  'CVPR 2016',
  2015,
);
const MOBILENET = arxiv(
  '1801.04381',
  'Sandler, Howard, Zhu, Zhmoginov, Chen',
  'MobileNetV2: Inverted Residuals and Linear Bottlenecks',
  'CVPR',
  2018,
);
const VIT = arxiv(
  '2010.11929',
  'Dosovitskiy et al.',
  'An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale',
  'ICLR 2021',
  2020,
);
const TORCHVISION = page(
  'https://pytorch.org/vision/stable/models.html',
  'TorchVision maintainers',
  'Models and pre-trained weights',
  'TorchVision documentation',
  2024,
);
const U_NET = arxiv(
  '1505.04597',
  'Ronneberger, Fischer, Brox',
  'U-Net: Convolutional Networks for Biomedical Image Segmentation',
  'MICCAI',
  2015,
);
const YOLO = arxiv(
  '1506.02640',
  'Redmon, Divvala, Girshick, Farhadi',
  'You Only Look Once: Unified, Real-Time Object Detection',
  'CVPR 2016',
  2015,
);
const YOLO_V3 = arxiv('1804.02767', 'Redmon, Farhadi', 'YOLOv3: An Incremental Improvement', 'arXiv', 2018);
const CLIP = arxiv(
  '2103.00020',
  'Radford et al.',
  'Learning Transferable Visual Models From Natural Language Supervision',
  'ICML',
  2021,
);
const LATENT_DIFFUSION = arxiv(
  '2112.10752',
  'Rombach, Blattmann, Lorenz, Esser, Ommer',
  'High-Resolution Image Synthesis with Latent Diffusion Models',
  'CVPR 2022',
  2021,
);

const IMAGENET = 'ImageNet-1k, validation';
const SALIENCY = both('Heat maps (Grad-CAM) show where it looked.', '热力图（Grad-CAM）可显示关注的区域。');

/** Models that see and draw. */
export const VISION_MODELS: readonly Architecture[] = [
  {
    id: 'vgg-16',
    name: same('VGG-16'),
    summary: both(
      'Sixteen plain layers of 3 × 3 convolutions, one after the other.',
      '十六层朴素的 3 × 3 卷积，逐层堆叠。',
    ),
    problemTypes: ['image-classification'],
    data: both(
      'Photographs of 224 × 224 pixels; as a source of features for other tasks.',
      '224 × 224 像素的照片，也常作为其他任务的特征提取器。',
    ),
    parameters: {
      count: 138_357_544,
      text: both('138 million, nine tenths of them in the last three layers', '1.38 亿，九成在最后三层'),
    },
    compute: {
      flops: 30_940_000_000,
      per: 'image',
      text: both('15.5 G multiply-adds an image.', '每张图 155 亿次乘加。'),
    },
    explainability: { level: 'medium', text: SALIENCY },
    licence: both(
      'CC BY 4.0 (original weights), BSD-3-Clause (TorchVision)',
      'CC BY 4.0（原始权重），BSD-3-Clause（TorchVision）',
    ),
    scores: [accuracy(0.71592, IMAGENET, TORCHVISION), accuracy(0.90382, IMAGENET, TORCHVISION, 'accuracy-top5')],
    sources: [VGG, TORCHVISION],
    strengths: [
      both('Simple to read and to explain; its features transfer well.', '结构简单、易于讲解，特征迁移性好。'),
    ],
    risks: [
      both(
        'Four times the compute of ResNet-50 for a worse result; 528 MB of weights.',
        '计算量是 ResNet-50 的四倍，效果更差；权重 528 MB。',
      ),
    ],
    training: null,
  },
  {
    id: 'resnet-50',
    name: same('ResNet-50'),
    summary: both(
      'Fifty layers that each add to what they were given, so that depth does no harm.',
      '五十层，每层只学“在原有基础上增加什么”，因而不惧加深。',
    ),
    problemTypes: ['image-classification'],
    data: both('From a few hundred images for each class on, when fine-tuned.', '微调时每类几百张图片即可。'),
    parameters: { count: 25_557_032, text: both('25.6 million', '2,560 万') },
    compute: {
      flops: 8_180_000_000,
      per: 'image',
      text: both('4.1 G multiply-adds an image of 224 × 224.', '224 × 224 的图每张 41 亿次乘加。'),
    },
    explainability: { level: 'medium', text: SALIENCY },
    licence: both('BSD-3-Clause (TorchVision)', 'BSD-3-Clause（TorchVision）'),
    scores: [
      accuracy(0.7613, `${IMAGENET}, V1 weights`, TORCHVISION),
      accuracy(0.80858, `${IMAGENET}, V2 weights`, TORCHVISION),
    ],
    sources: [RESNET, TORCHVISION],
    strengths: [
      both('The safe first choice: supported everywhere, quick to fine-tune.', '稳妥的首选：处处有支持，微调快。'),
      both('Runs on CPUs in tens of milliseconds.', '在 CPU 上几十毫秒即可。'),
    ],
    risks: [both('Textures mislead it more than shapes.', '易受纹理误导，对形状不敏感。')],
    training: null,
  },
  {
    id: 'mobilenet-v2',
    name: same('MobileNetV2'),
    summary: both(
      'Convolutions taken apart into cheap pieces, for phones and cameras.',
      '把卷积拆成廉价的小块，面向手机与摄像头。',
    ),
    problemTypes: ['image-classification'],
    data: both('Images on devices without a GPU.', '在没有 GPU 的设备上处理图像。'),
    parameters: { count: 3_400_000, text: both('3.4 million', '340 万') },
    compute: { flops: 600_000_000, per: 'image', text: both('300 M multiply-adds an image.', '每张图 3 亿次乘加。') },
    explainability: { level: 'medium', text: SALIENCY },
    licence: same('Apache-2.0'),
    scores: [accuracy(0.72, IMAGENET, MOBILENET)],
    sources: [MOBILENET],
    strengths: [both('As good as VGG-16 at a fiftieth of its compute.', '与 VGG-16 相当，计算量约为其五十分之一。')],
    risks: [both('Loses more than large networks when weights are quantised.', '量化时的精度损失比大网络更明显。')],
    training: null,
  },
  {
    id: 'vit-b-16',
    name: same('ViT-B/16'),
    summary: both(
      'Cuts the image into patches of 16 × 16 pixels and treats them as words of a Transformer.',
      '把图像切成 16 × 16 像素的小块，当作 Transformer 的词来处理。',
    ),
    problemTypes: ['image-classification'],
    data: both(
      'Much: at its best after pre-training on tens of millions of images.',
      '数据要多：在数千万张图片上预训练后才显优势。',
    ),
    parameters: { count: 86_567_656, text: both('86.6 million', '8,660 万') },
    compute: {
      flops: 35_120_000_000,
      per: 'image',
      text: both('17.6 G multiply-adds an image of 224 × 224.', '224 × 224 的图每张 176 亿次乘加。'),
    },
    explainability: {
      level: 'medium',
      text: both('Attention between patches can be shown.', '可以展示图块之间的注意力。'),
    },
    licence: same('Apache-2.0'),
    scores: [
      accuracy(0.7791, 'ImageNet-1k, pre-trained on ImageNet-1k', VIT),
      accuracy(0.8397, 'ImageNet-1k, pre-trained on ImageNet-21k', VIT),
    ],
    sources: [VIT, TORCHVISION],
    strengths: [both('Gains from more data longer than convolutions do.', '数据越多收益越久，胜过卷积网络。')],
    risks: [both('Behind ResNets when pre-trained on little.', '预训练数据少时不如 ResNet。')],
    training: null,
  },
  {
    id: 'u-net',
    name: same('U-Net'),
    summary: both(
      'Draws the outline of things: a path down to the meaning, a path up to every pixel, joined at each level.',
      '描出物体轮廓：一路下采样理解内容，一路上采样还原到每个像素，逐级相连。',
    ),
    problemTypes: ['image-classification', 'other'],
    data: both(
      'Tens of images with outlines drawn by hand, with strong augmentation; medical and aerial images.',
      '几十张手工标注轮廓的图像加强力增广即可；医学与航拍影像。',
    ),
    parameters: { count: 31_000_000, text: both('About 31 million', '约 3,100 万') },
    compute: {
      flops: null,
      per: 'image',
      text: both(
        'Grows with the area of the image: every pixel is answered.',
        '随图像面积增长：每个像素都要给出结果。',
      ),
    },
    explainability: {
      level: 'high',
      text: both(
        'The answer is a drawing that an expert can check pixel by pixel.',
        '结果就是一张图，专家可逐像素核对。',
      ),
    },
    licence: both('Method published; many free implementations', '方法公开，有多种自由实现'),
    scores: [
      published(
        both('Intersection over union', '交并比（IoU）'),
        0.9203,
        '',
        'ISBI cell tracking 2015, PhC-U373',
        U_NET,
      ),
      published(
        both('Intersection over union', '交并比（IoU）'),
        0.7756,
        '',
        'ISBI cell tracking 2015, DIC-HeLa',
        U_NET,
      ),
    ],
    sources: [U_NET],
    strengths: [both('Learns from thirty images.', '三十张图就能学会。')],
    risks: [
      both(
        'Another scanner or hospital shifts its input: measure by site.',
        '换设备、换医院后输入分布会变：须分来源评估。',
      ),
    ],
    training: null,
  },
  {
    id: 'yolo-v3',
    name: same('YOLOv3'),
    summary: both('Finds and names all objects of an image in one pass.', '一次前向就找出并识别图中所有物体。'),
    problemTypes: ['image-classification', 'other'],
    data: both(
      'Thousands of images with boxes drawn around objects; video in real time.',
      '几千张带框标注的图像；可实时处理视频。',
    ),
    parameters: { count: 62_000_000, text: both('About 62 million', '约 6,200 万') },
    compute: {
      flops: 140_690_000_000,
      per: 'image',
      text: both('141 GFLOPs an image of 608 × 608, 66 at 416 × 416.', '608 × 608 的图 141 GFLOPs，416 × 416 为 66。'),
    },
    explainability: {
      level: 'medium',
      text: both('Boxes and confidence can be checked by eye.', '框与置信度可以用眼核对。'),
    },
    licence: both(
      'Darknet: free without conditions; many successors are AGPL-3.0',
      'Darknet：无条件自由使用；不少后续版本为 AGPL-3.0',
    ),
    scores: [
      published(both('mAP at 0.5', 'mAP@0.5'), 57.9, '%', 'COCO test-dev, 608 × 608', YOLO_V3),
      published(both('mAP (first YOLO)', 'mAP（初代 YOLO）'), 63.4, '%', 'PASCAL VOC 2007', YOLO),
    ],
    sources: [YOLO_V3, YOLO],
    strengths: [both('51 ms an image on a graphics card of 2016.', '在 2016 年的显卡上每张 51 毫秒。')],
    risks: [
      both('Misses small and crowded objects.', '小目标与密集目标易漏检。'),
      both('Read the licence of the version that you use.', '务必核对所用版本的许可证。'),
    ],
    training: null,
  },
  {
    id: 'clip-vit-l-14',
    name: same('CLIP ViT-L/14'),
    summary: both(
      'Puts images and sentences into one space, so that classes can be named in words.',
      '把图像与句子映射到同一空间，类别可以直接用文字描述。',
    ),
    problemTypes: ['image-classification'],
    data: both('No labels at all, or few; search of images by words.', '无需标签或只需少量；可用文字搜图。'),
    parameters: { count: 428_000_000, text: both('About 428 million in both towers', '两塔合计约 4.28 亿') },
    compute: {
      flops: 156_000_000_000,
      per: 'image',
      text: both(
        'About 2 FLOPs for each of 304 million parameters and 257 patches of 224 × 224 pixels.',
        '图像塔约 3.04 亿参数 × 257 个图块（224 × 224），每个约 2 FLOPs。',
      ),
    },
    explainability: {
      level: 'medium',
      text: both('Nearest sentences say what it sees.', '最接近的句子说明它看到了什么。'),
    },
    licence: same('MIT'),
    scores: [accuracy(0.762, 'ImageNet-1k, zero-shot, 336 pixels', CLIP)],
    sources: [CLIP],
    strengths: [both('Sorts into new classes without training.', '无需训练即可识别新类别。')],
    risks: [
      both(
        'Its authors advise against surveillance and untested deployment.',
        '原作者不建议用于监控或未经测试的部署。',
      ),
      both('Words decide: another name for a class, another result.', '结果随措辞变化：换个类别名称，结果就不同。'),
    ],
    training: null,
  },
  {
    id: 'latent-diffusion',
    name: both('Latent diffusion (Stable Diffusion)', '潜在扩散模型（Stable Diffusion）'),
    summary: both(
      'Draws by taking noise away step by step, in a small space that a second network turns into an image.',
      '在压缩空间中逐步去噪，再由另一网络还原成图像。',
    ),
    problemTypes: ['other'],
    data: both('Images with captions; a few for a style of one’s own.', '图像与文字说明；学习自有风格只需少量图片。'),
    parameters: {
      count: 1_450_000_000,
      text: both(
        '1.45 billion (text to image in the paper), 400 million (by class)',
        '论文中文生图 14.5 亿，按类别生成 4 亿',
      ),
    },
    compute: {
      flops: null,
      per: 'image',
      text: both(
        'One pass of the denoising network for each step, 20 to 50 steps an image.',
        '每步一次去噪网络前向，每张图 20 至 50 步。',
      ),
    },
    explainability: {
      level: 'low',
      text: both('Only the attention to each word can be shown.', '只能展示对各词的注意力。'),
    },
    licence: both(
      'MIT (code); CreativeML Open RAIL-M with limits of use (weights)',
      'MIT（代码）；权重为 CreativeML Open RAIL-M，含用途限制',
    ),
    scores: [
      published(same('FID'), 12.63, '', 'MS-COCO, text to image, guided', LATENT_DIFFUSION),
      published(same('FID'), 3.6, '', 'ImageNet 256 × 256, by class, guided', LATENT_DIFFUSION),
    ],
    sources: [LATENT_DIFFUSION],
    strengths: [both('Good images on one consumer GPU.', '一块消费级 GPU 就能生成好图。')],
    risks: [
      both('Training images may be protected, and single ones reappear.', '训练图片可能受版权保护，个别图片会被复现。'),
      both('Faces and deep fakes: labelling duties apply.', '人脸与深度伪造：须履行标识义务。'),
    ],
    training: null,
  },
];
