/*
 * Instructions of AVX2 as GNU's assembler writes them; `vmovaps` is written as `{load} vmovaps` for the assembler, which otherwise makes some copies stores.
 */

export const AVX2_ENCODINGS = `
  vaddps ymm15, ymm3, [rax] : c5645838
  vaddps ymm7, ymm8, [r12] : c4c13c583c24
  vaddps ymm12, ymm0, [r9+64] : c4417c586140
  vaddps ymm15, ymm3, [r12+32] : c44164587c2420
  vaddps ymm7, ymm8, [rdx+8128] : c5bc58bac01f0000
  vaddps ymm12, ymm0, [rsi+r9*1] : c4217c58240e
  vaddps ymm15, ymm3, [r12+r12*4+508] : c4016458bca4fc010000
  vaddps ymm7, ymm8, [rbx+rdi*2-4] : c5bc587c7bfc
  vaddps ymm0, ymm1, ymm2 : c5f458c2
  vaddps ymm8, ymm0, ymm0 : c57c58c0
  vaddps ymm0, ymm8, ymm0 : c5bc58c0
  vaddps ymm0, ymm0, ymm8 : c4c17c58c0
  vaddps ymm15, ymm13, ymm11 : c4411458fb
  vaddps ymm7, ymm15, ymm3 : c58458fb
  vbroadcastss ymm12, [rax] : c4627d1820
  vbroadcastss ymm15, [r12] : c4427d183c24
  vbroadcastss ymm7, [r9+64] : c4c27d187940
  vbroadcastss ymm12, [r12+32] : c4427d18642420
  vbroadcastss ymm15, [rdx+8128] : c4627d18bac01f0000
  vbroadcastss ymm7, [rsi+r9*1] : c4a27d183c0e
  vbroadcastss ymm12, [r12+r12*4+508] : c4027d18a4a4fc010000
  vbroadcastss ymm15, [rbx+rdi*2-4] : c4627d187c7bfc
  vcvtps2pd ymm0, [rax] : c5fc5a00
  vcvtps2pd ymm3, [r12] : c4c17c5a1c24
  vcvtps2pd ymm8, [r9+64] : c4417c5a4140
  vcvtps2pd ymm0, [r12+32] : c4c17c5a442420
  vcvtps2pd ymm3, [rdx+8128] : c5fc5a9ac01f0000
  vcvtps2pd ymm8, [rsi+r9*1] : c4217c5a040e
  vcvtps2pd ymm0, [r12+r12*4+508] : c4817c5a84a4fc010000
  vcvtps2pd ymm3, [rbx+rdi*2-4] : c5fc5a5c7bfc
  vdivps ymm0, ymm1, ymm2 : c5f45ec2
  vdivps ymm8, ymm0, ymm0 : c57c5ec0
  vdivps ymm0, ymm8, ymm0 : c5bc5ec0
  vdivps ymm0, ymm0, ymm8 : c4c17c5ec0
  vdivps ymm15, ymm13, ymm11 : c441145efb
  vdivps ymm7, ymm15, ymm3 : c5845efb
  vextractf128 [rax], ymm3, 1 : c4e37d191801
  vextractf128 [r12], ymm8, 1 : c4437d19042401
  vextractf128 [r9+64], ymm0, 1 : c4c37d19414001
  vextractf128 [r12+32], ymm3, 1 : c4c37d195c242001
  vextractf128 [rdx+8128], ymm8, 1 : c4637d1982c01f000001
  vextractf128 [rsi+r9*1], ymm0, 1 : c4a37d19040e01
  vextractf128 [r12+r12*4+508], ymm3, 1 : c4837d199ca4fc01000001
  vextractf128 [rbx+rdi*2-4], ymm8, 1 : c4637d19447bfc01
  vfmadd213ps ymm0, ymm1, ymm2 : c4e275a8c2
  vfmadd213ps ymm8, ymm0, ymm0 : c4627da8c0
  vfmadd213ps ymm0, ymm8, ymm0 : c4e23da8c0
  vfmadd213ps ymm0, ymm0, ymm8 : c4c27da8c0
  vfmadd213ps ymm15, ymm13, ymm11 : c44215a8fb
  vfmadd213ps ymm7, ymm15, ymm3 : c4e205a8fb
  vfmadd231pd ymm0, ymm1, ymm2 : c4e2f5b8c2
  vfmadd231pd ymm8, ymm0, ymm0 : c462fdb8c0
  vfmadd231pd ymm0, ymm8, ymm0 : c4e2bdb8c0
  vfmadd231pd ymm0, ymm0, ymm8 : c4c2fdb8c0
  vfmadd231pd ymm15, ymm13, ymm11 : c44295b8fb
  vfmadd231pd ymm7, ymm15, ymm3 : c4e285b8fb
  vfmadd231ps ymm0, ymm1, ymm2 : c4e275b8c2
  vfmadd231ps ymm8, ymm0, ymm0 : c4627db8c0
  vfmadd231ps ymm0, ymm8, ymm0 : c4e23db8c0
  vfmadd231ps ymm0, ymm0, ymm8 : c4c27db8c0
  vfmadd231ps ymm15, ymm13, ymm11 : c44215b8fb
  vfmadd231ps ymm7, ymm15, ymm3 : c4e205b8fb
  vfnmadd231ps ymm0, ymm1, ymm2 : c4e275bcc2
  vfnmadd231ps ymm8, ymm0, ymm0 : c4627dbcc0
  vfnmadd231ps ymm0, ymm8, ymm0 : c4e23dbcc0
  vfnmadd231ps ymm0, ymm0, ymm8 : c4c27dbcc0
  vfnmadd231ps ymm15, ymm13, ymm11 : c44215bcfb
  vfnmadd231ps ymm7, ymm15, ymm3 : c4e205bcfb
  vmaskmovps ymm7, ymm14, [rax] : c4e20d2c38
  vmaskmovps [rax], ymm14, ymm8 : c4620d2e00
  vmaskmovps ymm12, ymm14, [r12] : c4420d2c2424
  vmaskmovps [r12], ymm14, ymm0 : c4c20d2e0424
  vmaskmovps ymm15, ymm14, [r9+64] : c4420d2c7940
  vmaskmovps [r9+64], ymm14, ymm3 : c4c20d2e5940
  vmaskmovps ymm7, ymm14, [r12+32] : c4c20d2c7c2420
  vmaskmovps [r12+32], ymm14, ymm8 : c4420d2e442420
  vmaskmovps ymm12, ymm14, [rdx+8128] : c4620d2ca2c01f0000
  vmaskmovps [rdx+8128], ymm14, ymm0 : c4e20d2e82c01f0000
  vmaskmovps ymm15, ymm14, [rsi+r9*1] : c4220d2c3c0e
  vmaskmovps [rsi+r9*1], ymm14, ymm3 : c4a20d2e1c0e
  vmaskmovps ymm7, ymm14, [r12+r12*4+508] : c4820d2cbca4fc010000
  vmaskmovps [r12+r12*4+508], ymm14, ymm8 : c4020d2e84a4fc010000
  vmaskmovps ymm12, ymm14, [rbx+rdi*2-4] : c4620d2c647bfc
  vmaskmovps [rbx+rdi*2-4], ymm14, ymm0 : c4e20d2e447bfc
  vmaxps ymm0, ymm1, ymm2 : c5f45fc2
  vmaxps ymm8, ymm0, ymm0 : c57c5fc0
  vmaxps ymm0, ymm8, ymm0 : c5bc5fc0
  vmaxps ymm0, ymm0, ymm8 : c4c17c5fc0
  vmaxps ymm15, ymm13, ymm11 : c441145ffb
  vmaxps ymm7, ymm15, ymm3 : c5845ffb
  vmovaps ymm0, ymm1 : c5fc28c1
  vmovaps ymm8, ymm0 : c57c28c0
  vmovaps ymm0, ymm8 : c4c17c28c0
  vmovaps ymm15, ymm13 : c4417c28fd
  vmovaps ymm7, ymm12 : c4c17c28fc
  vmovss [rax], xmm15 : c57a1138
  vmovss [r12], xmm7 : c4c17a113c24
  vmovss [r9+64], xmm12 : c4417a116140
  vmovss [r12+32], xmm15 : c4417a117c2420
  vmovss [rdx+8128], xmm7 : c5fa11bac01f0000
  vmovss [rsi+r9*1], xmm12 : c4217a11240e
  vmovss [r12+r12*4+508], xmm15 : c4017a11bca4fc010000
  vmovss [rbx+rdi*2-4], xmm7 : c5fa117c7bfc
  vmovups ymm7, [rax] : c5fc1038
  vmovups [rax], ymm8 : c57c1100
  vmovups ymm15, [rbp] : c57c107d00
  vmovups [rbp], ymm3 : c5fc115d00
  vmovups ymm12, [rsp] : c57c102424
  vmovups [rsp], ymm0 : c5fc110424
  vmovups ymm7, [r12] : c4c17c103c24
  vmovups [r12], ymm8 : c4417c110424
  vmovups ymm15, [r13] : c4417c107d00
  vmovups [r13], ymm3 : c4c17c115d00
  vmovups ymm12, [rdi+4] : c57c106704
  vmovups [rdi+4], ymm0 : c5fc114704
  vmovups ymm7, [r9+64] : c4c17c107940
  vmovups [r9+64], ymm8 : c4417c114140
  vmovups ymm15, [rbp-128] : c57c107d80
  vmovups [rbp-128], ymm3 : c5fc115d80
  vmovups ymm12, [rsp+127] : c57c1064247f
  vmovups [rsp+127], ymm0 : c5fc1144247f
  vmovups ymm7, [r12+32] : c4c17c107c2420
  vmovups [r12+32], ymm8 : c4417c11442420
  vmovups ymm15, [r13-129] : c4417c10bd7fffffff
  vmovups [r13-129], ymm3 : c4c17c119d7fffffff
  vmovups ymm12, [rsi+128] : c57c10a680000000
  vmovups [rsi+128], ymm0 : c5fc118680000000
  vmovups ymm7, [rdx+8128] : c5fc10bac01f0000
  vmovups [rdx+8128], ymm8 : c57c1182c01f0000
  vmovups ymm15, [r11+8192] : c4417c10bb00200000
  vmovups [r11+8192], ymm3 : c4c17c119b00200000
  vmovups ymm12, [rcx+305419896] : c57c10a178563412
  vmovups [rcx+305419896], ymm0 : c5fc118178563412
  vmovups ymm7, [rsi+r9*1] : c4a17c103c0e
  vmovups [rsi+r9*1], ymm8 : c4217c11040e
  vmovups ymm15, [rax+rdx*2+64] : c57c107c5040
  vmovups [rax+rdx*2+64], ymm3 : c5fc115c5040
  vmovups ymm12, [r13+rbp*4] : c4417c1064ad00
  vmovups [r13+rbp*4], ymm0 : c4c17c1144ad00
  vmovups ymm7, [r12+r12*4+508] : c4817c10bca4fc010000
  vmovups [r12+r12*4+508], ymm8 : c4017c1184a4fc010000
  vmovups ymm15, [r8+r15*2+2080] : c4017c10bc7820080000
  vmovups [r8+r15*2+2080], ymm3 : c4817c119c7820080000
  vmovups ymm12, [rsp+r13*4-516] : c4217c10a4acfcfdffff
  vmovups [rsp+r13*4-516], ymm0 : c4a17c1184acfcfdffff
  vmovups ymm7, [rbx+rdi*2-4] : c5fc107c7bfc
  vmovups [rbx+rdi*2-4], ymm8 : c57c11447bfc
  vmulps ymm12, ymm0, [rax] : c57c5920
  vmulps ymm15, ymm3, [r12] : c44164593c24
  vmulps ymm7, ymm8, [r9+64] : c4c13c597940
  vmulps ymm12, ymm0, [r12+32] : c4417c59642420
  vmulps ymm15, ymm3, [rdx+8128] : c56459bac01f0000
  vmulps ymm7, ymm8, [rsi+r9*1] : c4a13c593c0e
  vmulps ymm12, ymm0, [r12+r12*4+508] : c4017c59a4a4fc010000
  vmulps ymm15, ymm3, [rbx+rdi*2-4] : c564597c7bfc
  vmulps ymm0, ymm1, ymm2 : c5f459c2
  vmulps ymm8, ymm0, ymm0 : c57c59c0
  vmulps ymm0, ymm8, ymm0 : c5bc59c0
  vmulps ymm0, ymm0, ymm8 : c4c17c59c0
  vmulps ymm15, ymm13, ymm11 : c4411459fb
  vmulps ymm7, ymm15, ymm3 : c58459fb
  vperm2f128 ymm0, ymm1, ymm2, 1 : c4e37506c201
  vperm2f128 ymm8, ymm0, ymm0, 32 : c4637d06c020
  vperm2f128 ymm0, ymm8, ymm0, 1 : c4e33d06c001
  vperm2f128 ymm0, ymm0, ymm8, 49 : c4c37d06c031
  vperm2f128 ymm15, ymm13, ymm11, 32 : c4431506fb20
  vperm2f128 ymm7, ymm15, ymm3, 32 : c4e30506fb20
  vpermilps ymm0, ymm1, 78 : c4e37d04c14e
  vpermilps ymm8, ymm0, 78 : c4637d04c04e
  vpermilps ymm0, ymm8, 78 : c4c37d04c04e
  vpermilps ymm15, ymm13, 78 : c4437d04fd4e
  vpermilps ymm7, ymm12, 177 : c4c37d04fcb1
  vpxor ymm0, ymm0, ymm0 : c5fdefc0
  vpxor ymm7, ymm7, ymm7 : c5c5efff
  vpxor ymm8, ymm8, ymm8 : c4413defc0
  vpxor ymm15, ymm15, ymm15 : c44105efff
  vroundps ymm0, ymm1, 8 : c4e37d08c108
  vroundps ymm8, ymm0, 8 : c4637d08c008
  vroundps ymm0, ymm8, 8 : c4c37d08c008
  vroundps ymm15, ymm13, 8 : c4437d08fd08
  vroundps ymm7, ymm12, 8 : c4c37d08fc08
  vsqrtps ymm0, ymm1 : c5fc51c1
  vsqrtps ymm8, ymm0 : c57c51c0
  vsqrtps ymm0, ymm8 : c4c17c51c0
  vsqrtps ymm15, ymm13 : c4417c51fd
  vsqrtps ymm7, ymm12 : c4c17c51fc
  vsubps ymm0, ymm1, ymm2 : c5f45cc2
  vsubps ymm8, ymm0, ymm0 : c57c5cc0
  vsubps ymm0, ymm8, ymm0 : c5bc5cc0
  vsubps ymm0, ymm0, ymm8 : c4c17c5cc0
  vsubps ymm15, ymm13, ymm11 : c441145cfb
  vsubps ymm7, ymm15, ymm3 : c5845cfb
  vunpckhpd ymm0, ymm1, ymm2 : c5f515c2
  vunpckhpd ymm8, ymm0, ymm0 : c57d15c0
  vunpckhpd ymm0, ymm8, ymm0 : c5bd15c0
  vunpckhpd ymm0, ymm0, ymm8 : c4c17d15c0
  vunpckhpd ymm15, ymm13, ymm11 : c4411515fb
  vunpckhpd ymm7, ymm15, ymm3 : c58515fb
  vunpckhps ymm0, ymm1, ymm2 : c5f415c2
  vunpckhps ymm8, ymm0, ymm0 : c57c15c0
  vunpckhps ymm0, ymm8, ymm0 : c5bc15c0
  vunpckhps ymm0, ymm0, ymm8 : c4c17c15c0
  vunpckhps ymm15, ymm13, ymm11 : c4411415fb
  vunpckhps ymm7, ymm15, ymm3 : c58415fb
  vunpcklpd ymm0, ymm1, ymm2 : c5f514c2
  vunpcklpd ymm8, ymm0, ymm0 : c57d14c0
  vunpcklpd ymm0, ymm8, ymm0 : c5bd14c0
  vunpcklpd ymm0, ymm0, ymm8 : c4c17d14c0
  vunpcklpd ymm15, ymm13, ymm11 : c4411514fb
  vunpcklpd ymm7, ymm15, ymm3 : c58514fb
  vunpcklps ymm0, ymm1, ymm2 : c5f414c2
  vunpcklps ymm8, ymm0, ymm0 : c57c14c0
  vunpcklps ymm0, ymm8, ymm0 : c5bc14c0
  vunpcklps ymm0, ymm0, ymm8 : c4c17c14c0
  vunpcklps ymm15, ymm13, ymm11 : c4411414fb
  vunpcklps ymm7, ymm15, ymm3 : c58414fb
  vzeroupper : c5f877
`;
