/*
 * The same for instructions on vectors. `vmovss` is written as `{evex} vmovss` for the assembler, which with `-mevexlig=512` gives it the length of whole vectors, as it may have any.
 */

export const VECTOR_ENCODINGS = `
  vmovups zmm0, [rax] : 62f17c481000
  vmovups zmm31{k1}{z}, [rbp] : 62617cc9107d00
  vmovups zmm7, [rsp] : 62f17c48103c24
  vmovups zmm24{k1}{z}, [r12] : 62417cc9100424
  vmovups zmm8, [r13] : 62517c48104500
  vmovups zmm15{k1}{z}, [rdi+4] : 62717cc910bf04000000
  vmovups zmm16, [r9+64] : 62c17c48104101
  vmovups zmm23{k1}{z}, [rbp-128] : 62e17cc9107dfe
  vmovups zmm1, [rsp+127] : 62f17c48108c247f000000
  vmovups zmm29{k1}{z}, [r12+32] : 62417cc910ac2420000000
  vmovups zmm10, [r13-129] : 62517c4810957fffffff
  vmovups zmm18{k1}{z}, [rsi+128] : 62e17cc9105602
  vmovups zmm0, [rdx+8128] : 62f17c4810427f
  vmovups zmm31{k1}{z}, [r10-8192] : 62417cc9107a80
  vmovups zmm7, [r11+8192] : 62d17c4810bb00200000
  vmovups zmm24{k1}{z}, [rcx+305419896] : 62617cc9108178563412
  vmovups zmm8, [rsi+r9*1] : 62317c4810040e
  vmovups zmm15{k1}{z}, [rax+rdx*2+64] : 62717cc9107c5001
  vmovups zmm16, [r13+rbp*4] : 62c17c481044ad00
  vmovups zmm23{k1}{z}, [r12+r12*4+508] : 62817cc910bca4fc010000
  vmovups zmm1, [r8+r15*2+2080] : 62917c48108c7820080000
  vmovups zmm29{k1}{z}, [rbp+rcx*1-512] : 62617cc9106c0df8
  vmovups zmm10, [rsp+r13*4-516] : 62317c481094acfcfdffff
  vmovups zmm18{k1}{z}, [rbx+rdi*2-4] : 62e17cc910947bfcffffff
  vmovups [rax]{k1}, zmm24 : 62617c491100
  vmovups [rbp], zmm8 : 62717c48114500
  vmovups [rsp]{k1}, zmm15 : 62717c49113c24
  vmovups [r12], zmm16 : 62c17c48110424
  vmovups [r13]{k1}, zmm23 : 62c17c49117d00
  vmovups [rdi+4], zmm1 : 62f17c48118f04000000
  vmovups [r9+64]{k1}, zmm29 : 62417c49116901
  vmovups [rbp-128], zmm10 : 62717c481155fe
  vmovups [rsp+127]{k1}, zmm18 : 62e17c491194247f000000
  vmovups [r12+32], zmm0 : 62d17c4811842420000000
  vmovups [r13-129]{k1}, zmm31 : 62417c4911bd7fffffff
  vmovups [rsi+128], zmm7 : 62f17c48117e02
  vmovups [rdx+8128]{k1}, zmm24 : 62617c4911427f
  vmovups [r10-8192], zmm8 : 62517c48114280
  vmovups [r11+8192]{k1}, zmm15 : 62517c4911bb00200000
  vmovups [rcx+305419896], zmm16 : 62e17c48118178563412
  vmovups [rsi+r9*1]{k1}, zmm23 : 62a17c49113c0e
  vmovups [rax+rdx*2+64], zmm1 : 62f17c48114c5001
  vmovups [r13+rbp*4]{k1}, zmm29 : 62417c49116cad00
  vmovups [r12+r12*4+508], zmm10 : 62117c481194a4fc010000
  vmovups [r8+r15*2+2080]{k1}, zmm18 : 62817c4911947820080000
  vmovups [rbp+rcx*1-512], zmm0 : 62f17c4811440df8
  vmovups [rsp+r13*4-516]{k1}, zmm31 : 62217c4911bcacfcfdffff
  vmovups [rbx+rdi*2-4], zmm7 : 62f17c4811bc7bfcffffff
  vextractf64x4 [rax], zmm15, 0 : 6273fd481b3800
  vextractf64x4 [rsp], zmm23, 1 : 62e3fd481b3c2401
  vextractf64x4 [r13], zmm29, 0 : 6243fd481b6d0000
  vextractf64x4 [r9+64], zmm18, 1 : 62c3fd481b510201
  vextractf64x4 [rsp+127], zmm31, 0 : 6263fd481bbc247f00000000
  vextractf64x4 [r12+32], zmm7, 0 : 62d3fd481b7c240100
  vextractf64x4 [r13-129], zmm24, 1 : 6243fd481b857fffffff01
  vextractf64x4 [rdx+8128], zmm15, 0 : 6273fd481bbac01f000000
  vextractf64x4 [r11+8192], zmm23, 1 : 62c3fd481bbb0020000001
  vextractf64x4 [rsi+r9*1], zmm29, 0 : 6223fd481b2c0e00
  vextractf64x4 [rax+rdx*2+64], zmm10, 0 : 6273fd481b54500200
  vextractf64x4 [r13+rbp*4], zmm18, 1 : 62c3fd481b54ad0001
  vextractf64x4 [r12+r12*4+508], zmm0, 1 : 6293fd481b84a4fc01000001
  vextractf64x4 [r8+r15*2+2080], zmm31, 0 : 6203fd481b7c784100
  vextractf64x4 [rsp+r13*4-516], zmm24, 1 : 6223fd481b84acfcfdffff01
  vbroadcastss zmm7, [rax] : 62f27d481838
  vbroadcastss zmm24, [rbp] : 62627d48184500
  vbroadcastss zmm15, [r12] : 62527d48183c24
  vbroadcastss zmm23, [rdi+4] : 62e27d48187f01
  vbroadcastss zmm29, [rbp-128] : 62627d48186de0
  vbroadcastss zmm18, [r12+32] : 62c27d4818542408
  vbroadcastss zmm31, [rsi+128] : 62627d48187e20
  vbroadcastss zmm24, [r10-8192] : 62427d48188200e0ffff
  vbroadcastss zmm15, [rcx+305419896] : 62727d4818b978563412
  vbroadcastss zmm16, [rsi+r9*1] : 62a27d4818040e
  vbroadcastss zmm23, [rax+rdx*2+64] : 62e27d48187c5010
  vbroadcastss zmm29, [r12+r12*4+508] : 62027d48186ca47f
  vbroadcastss zmm10, [r8+r15*2+2080] : 62127d4818947820080000
  vbroadcastss zmm18, [rbp+rcx*1-512] : 62e27d4818540d80
  vbroadcastss zmm0, [rsp+r13*4-516] : 62b27d481884acfcfdffff
  vbroadcastss zmm31, [rbx+rdi*2-4] : 62627d48187c7bff
  vaddps zmm8{k1}, zmm23, [rax] : 627144415800
  vaddps zmm16{k1}, zmm29, [rsp] : 62e11441580424
  vaddps zmm23, zmm10, [r12] : 62c12c48583c24
  vaddps zmm1{k1}, zmm18, [r13] : 62d16c41584d00
  vaddps zmm29, zmm0, [rdi+4] : 62617c4858af04000000
  vaddps zmm10{k1}, zmm31, [r9+64] : 62510441585101
  vaddps zmm0{k1}, zmm24, [rsp+127] : 62f13c415884247f000000
  vaddps zmm31, zmm8, [r12+32] : 62413c4858bc2420000000
  vaddps zmm24, zmm16, [rsi+128] : 62617c40584602
  vaddps zmm8{k1}, zmm23, [rdx+8128] : 6271444158427f
  vaddps zmm16{k1}, zmm29, [r11+8192] : 62c11441588300200000
  vaddps zmm23, zmm10, [rcx+305419896] : 62e12c4858b978563412
  vaddps zmm1{k1}, zmm18, [rsi+r9*1] : 62b16c41580c0e
  vaddps zmm29, zmm0, [rax+rdx*2+64] : 62617c48586c5001
  vaddps zmm10{k1}, zmm31, [r13+rbp*4] : 625104415854ad00
  vaddps zmm0{k1}, zmm24, [r8+r15*2+2080] : 62913c4158847820080000
  vaddps zmm31, zmm8, [rbp+rcx*1-512] : 62613c48587c0df8
  vaddps zmm24, zmm16, [rbx+rdi*2-4] : 62617c4058847bfcffffff
  vaddps zmm0, zmm1, zmm2 : 62f1744858c2
  vaddps zmm8, zmm0, zmm0 : 62717c4858c0
  vaddps zmm16, zmm0, zmm0 : 62e17c4858c0
  vaddps zmm0, zmm8, zmm0 : 62f13c4858c0
  vaddps zmm0, zmm16, zmm0 : 62f17c4058c0
  vaddps zmm0, zmm0, zmm8 : 62d17c4858c0
  vaddps zmm0, zmm0, zmm16 : 62b17c4858c0
  vaddps zmm31, zmm22, zmm13 : 62414c4058fd
  vmulps zmm0, zmm1, zmm2 : 62f1744859c2
  vmulps zmm8, zmm0, zmm0 : 62717c4859c0
  vmulps zmm16, zmm0, zmm0 : 62e17c4859c0
  vmulps zmm0, zmm8, zmm0 : 62f13c4859c0
  vmulps zmm0, zmm16, zmm0 : 62f17c4059c0
  vmulps zmm0, zmm0, zmm8 : 62d17c4859c0
  vmulps zmm0, zmm0, zmm16 : 62b17c4859c0
  vmulps zmm31, zmm22, zmm13 : 62414c4059fd
  vfmadd231ps zmm0, zmm1, zmm2 : 62f27548b8c2
  vfmadd231ps zmm8, zmm0, zmm0 : 62727d48b8c0
  vfmadd231ps zmm16, zmm0, zmm0 : 62e27d48b8c0
  vfmadd231ps zmm0, zmm8, zmm0 : 62f23d48b8c0
  vfmadd231ps zmm0, zmm16, zmm0 : 62f27d40b8c0
  vfmadd231ps zmm0, zmm0, zmm8 : 62d27d48b8c0
  vfmadd231ps zmm0, zmm0, zmm16 : 62b27d48b8c0
  vfmadd231ps zmm31, zmm22, zmm13 : 62424d40b8fd
  vunpcklps zmm0, zmm8, zmm0 : 62f13c4814c0
  vunpcklps zmm0, zmm16, zmm0 : 62f17c4014c0
  vunpcklps zmm0, zmm0, zmm8 : 62d17c4814c0
  vunpcklps zmm0, zmm0, zmm16 : 62b17c4814c0
  vunpcklps zmm31, zmm22, zmm13 : 62414c4014fd
  vunpckhps zmm0, zmm8, zmm0 : 62f13c4815c0
  vunpckhps zmm0, zmm16, zmm0 : 62f17c4015c0
  vunpckhps zmm0, zmm0, zmm8 : 62d17c4815c0
  vunpckhps zmm0, zmm0, zmm16 : 62b17c4815c0
  vunpckhps zmm31, zmm22, zmm13 : 62414c4015fd
  vunpcklpd zmm0, zmm8, zmm0 : 62f1bd4814c0
  vunpcklpd zmm0, zmm16, zmm0 : 62f1fd4014c0
  vunpcklpd zmm0, zmm0, zmm8 : 62d1fd4814c0
  vunpcklpd zmm0, zmm0, zmm16 : 62b1fd4814c0
  vunpcklpd zmm31, zmm22, zmm13 : 6241cd4014fd
  vunpckhpd zmm0, zmm8, zmm0 : 62f1bd4815c0
  vunpckhpd zmm0, zmm16, zmm0 : 62f1fd4015c0
  vunpckhpd zmm0, zmm0, zmm8 : 62d1fd4815c0
  vunpckhpd zmm0, zmm0, zmm16 : 62b1fd4815c0
  vunpckhpd zmm31, zmm22, zmm13 : 6241cd4015fd
  vshuff32x4 zmm0, zmm8, zmm0, 136 : 62f33d4823c088
  vshuff32x4 zmm0, zmm16, zmm0, 136 : 62f37d4023c088
  vshuff32x4 zmm0, zmm0, zmm8, 136 : 62d37d4823c088
  vshuff32x4 zmm0, zmm0, zmm16, 136 : 62b37d4823c088
  vshuff32x4 zmm31, zmm22, zmm13, 136 : 62434d4023fd88
  vshuff32x4 zmm31, zmm22, zmm13, 221 : 62434d4023fddd
  vpxord zmm0, zmm0, zmm0 : 62f17d48efc0
  vpxord zmm7, zmm7, zmm7 : 62f14548efff
  vpxord zmm8, zmm8, zmm8 : 62513d48efc0
  vpxord zmm16, zmm16, zmm16 : 62a17d40efc0
  vpxord zmm31, zmm31, zmm31 : 62010540efff
  kmovw k1, eax : c5f892c8
  kmovw k1, ecx : c5f892c9
  kmovw k1, esp : c5f892cc
  kmovw k1, edi : c5f892cf
  vzeroupper : c5f877
  vmulps zmm0, zmm15, [rax] : 62f104485900
  vmovups zmm31{k1}, [rbp] : 62617c49107d00
  vmulps zmm7{k1}, zmm23, [rsp] : 62f14441593c24
  vmovups zmm24{k1}, [r12] : 62417c49100424
  vmulps zmm8, zmm29, [r13] : 62511440594500
  vmovups zmm15{k1}, [rdi+4] : 62717c4910bf04000000
  vmulps zmm16{k1}, zmm18, [r9+64] : 62c16c41594101
  vmovups zmm23{k1}, [rbp-128] : 62e17c49107dfe
  vmulps zmm1, zmm31, [rsp+127] : 62f10440598c247f000000
  vmovups zmm29{k1}, [r12+32] : 62417c4910ac2420000000
  vmulps zmm10{k1}, zmm24, [r13-129] : 62513c4159957fffffff
  vmovups zmm18{k1}, [rsi+128] : 62e17c49105602
  vmulps zmm0, zmm15, [rdx+8128] : 62f1044859427f
  vmovups zmm31{k1}, [r10-8192] : 62417c49107a80
  vmulps zmm7{k1}, zmm23, [r11+8192] : 62d1444159bb00200000
  vmovups zmm24{k1}, [rcx+305419896] : 62617c49108178563412
  vmulps zmm8, zmm29, [rsi+r9*1] : 6231144059040e
  vmovups zmm15{k1}, [rax+rdx*2+64] : 62717c49107c5001
  vmulps zmm16{k1}, zmm18, [r13+rbp*4] : 62c16c415944ad00
  vmovups zmm23{k1}, [r12+r12*4+508] : 62817c4910bca4fc010000
  vmulps zmm1, zmm31, [r8+r15*2+2080] : 62910440598c7820080000
  vmovups zmm29{k1}, [rbp+rcx*1-512] : 62617c49106c0df8
  vmulps zmm10{k1}, zmm24, [rsp+r13*4-516] : 62313c415994acfcfdffff
  vmovups zmm18{k1}, [rbx+rdi*2-4] : 62e17c4910947bfcffffff
  vsubps zmm0, zmm1, zmm2 : 62f174485cc2
  vsubps zmm8, zmm0, zmm0 : 62717c485cc0
  vsubps zmm16, zmm0, zmm0 : 62e17c485cc0
  vsubps zmm0, zmm8, zmm0 : 62f13c485cc0
  vsubps zmm0, zmm16, zmm0 : 62f17c405cc0
  vsubps zmm0, zmm0, zmm8 : 62d17c485cc0
  vsubps zmm0, zmm0, zmm16 : 62b17c485cc0
  vsubps zmm31, zmm22, zmm13 : 62414c405cfd
  vdivps zmm0, zmm1, zmm2 : 62f174485ec2
  vdivps zmm8, zmm0, zmm0 : 62717c485ec0
  vdivps zmm16, zmm0, zmm0 : 62e17c485ec0
  vdivps zmm0, zmm8, zmm0 : 62f13c485ec0
  vdivps zmm0, zmm16, zmm0 : 62f17c405ec0
  vdivps zmm0, zmm0, zmm8 : 62d17c485ec0
  vdivps zmm0, zmm0, zmm16 : 62b17c485ec0
  vdivps zmm31, zmm22, zmm13 : 62414c405efd
  vmaxps zmm0, zmm1, zmm2 : 62f174485fc2
  vmaxps zmm8, zmm0, zmm0 : 62717c485fc0
  vmaxps zmm16, zmm0, zmm0 : 62e17c485fc0
  vmaxps zmm0, zmm8, zmm0 : 62f13c485fc0
  vmaxps zmm0, zmm16, zmm0 : 62f17c405fc0
  vmaxps zmm0, zmm0, zmm8 : 62d17c485fc0
  vmaxps zmm0, zmm0, zmm16 : 62b17c485fc0
  vmaxps zmm31, zmm22, zmm13 : 62414c405ffd
  vfmadd213ps zmm0, zmm1, zmm2 : 62f27548a8c2
  vfmadd213ps zmm8, zmm0, zmm0 : 62727d48a8c0
  vfmadd213ps zmm16, zmm0, zmm0 : 62e27d48a8c0
  vfmadd213ps zmm0, zmm8, zmm0 : 62f23d48a8c0
  vfmadd213ps zmm0, zmm16, zmm0 : 62f27d40a8c0
  vfmadd213ps zmm0, zmm0, zmm8 : 62d27d48a8c0
  vfmadd213ps zmm0, zmm0, zmm16 : 62b27d48a8c0
  vfmadd213ps zmm31, zmm22, zmm13 : 62424d40a8fd
  vfnmadd231ps zmm0, zmm1, zmm2 : 62f27548bcc2
  vfnmadd231ps zmm8, zmm0, zmm0 : 62727d48bcc0
  vfnmadd231ps zmm16, zmm0, zmm0 : 62e27d48bcc0
  vfnmadd231ps zmm0, zmm8, zmm0 : 62f23d48bcc0
  vfnmadd231ps zmm0, zmm16, zmm0 : 62f27d40bcc0
  vfnmadd231ps zmm0, zmm0, zmm8 : 62d27d48bcc0
  vfnmadd231ps zmm0, zmm0, zmm16 : 62b27d48bcc0
  vfnmadd231ps zmm31, zmm22, zmm13 : 62424d40bcfd
  vscalefps zmm0{k2}{z}, zmm1, zmm2 : 62f275ca2cc2
  vscalefps zmm8{k2}{z}, zmm0, zmm0 : 62727dca2cc0
  vscalefps zmm16{k2}{z}, zmm0, zmm0 : 62e27dca2cc0
  vscalefps zmm0{k2}{z}, zmm8, zmm0 : 62f23dca2cc0
  vscalefps zmm0{k2}{z}, zmm16, zmm0 : 62f27dc22cc0
  vscalefps zmm0{k2}{z}, zmm0, zmm8 : 62d27dca2cc0
  vscalefps zmm0{k2}{z}, zmm0, zmm16 : 62b27dca2cc0
  vscalefps zmm31{k2}{z}, zmm22, zmm13 : 62424dc22cfd
  vmovaps zmm1, zmm2 : 62f17c4828ca
  vmovaps zmm8, zmm0 : 62717c4828c0
  vmovaps zmm16, zmm0 : 62e17c4828c0
  vmovaps zmm0, zmm8 : 62d17c4828c0
  vmovaps zmm0, zmm16 : 62b17c4828c0
  vmovaps zmm31, zmm13 : 62417c4828fd
  vrndscaleps zmm1, zmm2, 8 : 62f37d4808ca08
  vrndscaleps zmm8, zmm0, 8 : 62737d4808c008
  vrndscaleps zmm16, zmm0, 8 : 62e37d4808c008
  vrndscaleps zmm0, zmm8, 8 : 62d37d4808c008
  vrndscaleps zmm0, zmm16, 8 : 62b37d4808c008
  vrndscaleps zmm31, zmm13, 8 : 62437d4808fd08
  vpermilps zmm1, zmm2, 177 : 62f37d4804cab1
  vpermilps zmm8, zmm0, 177 : 62737d4804c0b1
  vpermilps zmm16, zmm0, 177 : 62e37d4804c0b1
  vpermilps zmm0, zmm8, 177 : 62d37d4804c0b1
  vpermilps zmm0, zmm16, 177 : 62b37d4804c0b1
  vpermilps zmm31, zmm13, 177 : 62437d4804fdb1
  vpermilps zmm1, zmm2, 78 : 62f37d4804ca4e
  vcmpps k2, zmm1, zmm2, 5 : 62f17448c2d205
  vcmpps k2, zmm8, zmm0, 5 : 62f13c48c2d005
  vcmpps k2, zmm16, zmm0, 5 : 62f17c40c2d005
  vcmpps k2, zmm0, zmm8, 5 : 62d17c48c2d005
  vcmpps k2, zmm0, zmm16, 5 : 62b17c48c2d005
  vcmpps k2, zmm31, zmm13, 5 : 62d10440c2d505
  vmovss [rax], xmm7 : 62f17e481138
  vmovss [rbp], xmm23 : 62e17e48117d00
  vmovss [rsp], xmm0 : 62f17e48110424
  vmovss [r12], xmm15 : 62517e48113c24
  vmovss [r13], xmm10 : 62517e48115500
  vmovss [rdi+4], xmm24 : 62617e48114701
  vmovss [r9+64], xmm1 : 62d17e48114910
  vmovss [rbp-128], xmm31 : 62617e48117de0
  vmovss [rsp+127], xmm16 : 62e17e481184247f000000
  vmovss [r12+32], xmm18 : 62c17e4811542408
  vmovss [r13-129], xmm8 : 62517e4811857fffffff
  vmovss [rsi+128], xmm29 : 62617e48116e20
  vmovss [rdx+8128], xmm7 : 62f17e4811bac01f0000
  vmovss [r10-8192], xmm23 : 62c17e4811ba00e0ffff
  vmovss [r11+8192], xmm0 : 62d17e48118300200000
  vmovss [rcx+305419896], xmm15 : 62717e4811b978563412
  vmovss [rsi+r9*1], xmm10 : 62317e4811140e
  vmovss [rax+rdx*2+64], xmm24 : 62617e4811445010
  vmovss [r13+rbp*4], xmm1 : 62d17e48114cad00
  vmovss [r12+r12*4+508], xmm31 : 62017e48117ca47f
  vmovss [r8+r15*2+2080], xmm16 : 62817e4811847820080000
  vmovss [rbp+rcx*1-512], xmm18 : 62e17e4811540d80
  vmovss [rsp+r13*4-516], xmm8 : 62317e481184acfcfdffff
  vmovss [rbx+rdi*2-4], xmm29 : 62617e48116c7bff
  vcmpps k2, zmm8, [rax], 1 : 62f13c48c21001
  vcmpps k2{k1}, zmm29, [rbp], 1 : 62f11441c2550001
  vcmpps k2, zmm7, [rsp], 1 : 62f14448c2142401
  vcmpps k2{k1}, zmm23, [r12], 1 : 62d14441c2142401
  vcmpps k2, zmm0, [r13], 1 : 62d17c48c2550001
  vcmpps k2{k1}, zmm15, [rdi+4], 1 : 62f10449c2970400000001
  vcmpps k2, zmm10, [r9+64], 1 : 62d12c48c2510101
  vcmpps k2{k1}, zmm24, [rbp-128], 1 : 62f13c41c255fe01
  vcmpps k2, zmm1, [rsp+127], 1 : 62f17448c294247f00000001
  vcmpps k2{k1}, zmm31, [r12+32], 1 : 62d10441c294242000000001
  vcmpps k2, zmm16, [r13-129], 1 : 62d17c40c2957fffffff01
  vcmpps k2{k1}, zmm18, [rsi+128], 1 : 62f16c41c2560201
  vcmpps k2, zmm8, [rdx+8128], 1 : 62f13c48c2527f01
  vcmpps k2{k1}, zmm29, [r10-8192], 1 : 62d11441c2528001
  vcmpps k2, zmm7, [r11+8192], 1 : 62d14448c2930020000001
  vcmpps k2{k1}, zmm23, [rcx+305419896], 1 : 62f14441c2917856341201
  vcmpps k2, zmm0, [rsi+r9*1], 1 : 62b17c48c2140e01
  vcmpps k2{k1}, zmm15, [rax+rdx*2+64], 1 : 62f10449c254500101
  vcmpps k2, zmm10, [r13+rbp*4], 1 : 62d12c48c254ad0001
  vcmpps k2{k1}, zmm24, [r12+r12*4+508], 1 : 62913c41c294a4fc01000001
  vcmpps k2, zmm1, [r8+r15*2+2080], 1 : 62917448c294782008000001
  vcmpps k2{k1}, zmm31, [rbp+rcx*1-512], 1 : 62f10441c2540df801
  vcmpps k2, zmm16, [rsp+r13*4-516], 1 : 62b17c40c294acfcfdffff01
  vcmpps k2{k1}, zmm18, [rbx+rdi*2-4], 1 : 62f16c41c2947bfcffffff01
  vmovaps zmm0{k2}{z}, zmm0 : 62f17cca28c0
  vmovaps zmm7{k2}{z}, zmm7 : 62f17cca28ff
  vmovaps zmm8{k2}{z}, zmm8 : 62517cca28c0
  vmovaps zmm16{k2}{z}, zmm16 : 62a17cca28c0
  vmovaps zmm24{k2}{z}, zmm24 : 62017cca28c0
  vmovaps zmm31{k2}{z}, zmm31 : 62017cca28ff
  vsqrtps zmm1, zmm2 : 62f17c4851ca
  vsqrtps zmm8, zmm0 : 62717c4851c0
  vsqrtps zmm16, zmm0 : 62e17c4851c0
  vsqrtps zmm0, zmm8 : 62d17c4851c0
  vsqrtps zmm0, zmm16 : 62b17c4851c0
  vsqrtps zmm31, zmm13 : 62417c4851fd
  vcvtps2pd zmm0, [rax] : 62f17c485a00
  vcvtps2pd zmm31, [rbp] : 62617c485a7d00
  vcvtps2pd zmm7, [rsp] : 62f17c485a3c24
  vcvtps2pd zmm24, [r12] : 62417c485a0424
  vcvtps2pd zmm8, [r13] : 62517c485a4500
  vcvtps2pd zmm15, [rdi+4] : 62717c485abf04000000
  vcvtps2pd zmm16, [r9+64] : 62c17c485a4102
  vcvtps2pd zmm23, [rbp-128] : 62e17c485a7dfc
  vcvtps2pd zmm1, [rsp+127] : 62f17c485a8c247f000000
  vcvtps2pd zmm29, [r12+32] : 62417c485a6c2401
  vcvtps2pd zmm10, [r13-129] : 62517c485a957fffffff
  vcvtps2pd zmm18, [rdx+4064] : 62e17c485a527f
  vcvtps2pd zmm0, [r10-4096] : 62d17c485a4280
  vcvtps2pd zmm31, [r11+4096] : 62417c485abb00100000
  vcvtps2pd zmm7, [rsi+r9*1] : 62b17c485a3c0e
  vcvtps2pd zmm24, [rax+rdx*2+64] : 62617c485a445002
  vcvtps2pd zmm8, [r13+rbp*4] : 62517c485a44ad00
  vcvtps2pd zmm15, [r12+r12*4+508] : 62117c485abca4fc010000
  vfmadd231pd zmm0, zmm1, zmm2 : 62f2f548b8c2
  vfmadd231pd zmm8, zmm0, zmm0 : 6272fd48b8c0
  vfmadd231pd zmm16, zmm0, zmm0 : 62e2fd48b8c0
  vfmadd231pd zmm0, zmm8, zmm0 : 62f2bd48b8c0
  vfmadd231pd zmm0, zmm16, zmm0 : 62f2fd40b8c0
  vfmadd231pd zmm0, zmm0, zmm8 : 62d2fd48b8c0
  vfmadd231pd zmm0, zmm0, zmm16 : 62b2fd48b8c0
  vfmadd231pd zmm31, zmm13, zmm22 : 62229548b8fe
`;
