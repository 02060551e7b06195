import { expect, test } from 'vitest';
import { findGraphicsAdapter } from './graphics-adapter.ts';

test.runIf(process.platform === 'linux')(
  'software drivers are recognised by the file that names them (on Linux)',
  () => {
    expect(findGraphicsAdapter({ VK_DRIVER_FILES: '/drivers/vk_swiftshader_icd.json' })).toEqual({
      name: 'SwiftShader (Vulkan in software)',
      software: true,
    });
    expect(findGraphicsAdapter({ VK_ICD_FILENAMES: '/drivers/lvp_icd.x86_64.json' })?.software).toBe(true);
  },
);
