/*
 * Lines of assembly (Intel's syntax) and the bytes that GNU's assembler makes of them: general instructions.
 */

export const GENERAL_ENCODINGS = `
  mov rax, [rax] : 488b00
  mov r15, [rbp] : 4c8b7d00
  mov rsp, [rsp] : 488b2424
  mov r8, [r12] : 4d8b0424
  mov rdi, [r13] : 498b7d00
  mov r12, [rdi+4] : 4c8b6704
  mov rbp, [r9+64] : 498b6940
  mov r13, [rbp-128] : 4c8b6d80
  mov rcx, [rsp+127] : 488b4c247f
  mov r9, [r12+32] : 4d8b4c2420
  mov rbx, [r13-129] : 498b9d7fffffff
  mov rsi, [rsi+128] : 488bb680000000
  mov rax, [rdx+8128] : 488b82c01f0000
  mov r15, [r10-8192] : 4d8bba00e0ffff
  mov rsp, [r11+8192] : 498ba300200000
  mov r8, [rcx+305419896] : 4c8b8178563412
  mov rdi, [rsi+r9*1] : 4a8b3c0e
  mov r12, [rax+rdx*2+64] : 4c8b645040
  mov rbp, [r13+rbp*4] : 498b6cad00
  mov r13, [r12+r12*4+508] : 4f8baca4fc010000
  mov rcx, [r8+r15*2+2080] : 4b8b8c7820080000
  mov r9, [rbp+rcx*1-512] : 4c8b8c0d00feffff
  mov rbx, [rsp+r13*4-516] : 4a8b9cacfcfdffff
  mov rsi, [rbx+rdi*2-4] : 488b747bfc
  mov [rbp], r15 : 4c897d00
  mov [r12+32], r9 : 4d894c2420
  mov [r11+8192], rdi : 4989bb00200000
  mov [r13+rbp*4], r13 : 4d896cad00
  imul r15, [rbp] : 4c0faf7d00
  imul rcx, [rsp+127] : 480faf4c247f
  imul r9, [r12+32] : 4d0faf4c2420
  imul rsi, [r13-129] : 490fafb57fffffff
  div [rsp] : 48f73424
  div [r13] : 49f77500
  div [r11+8192] : 49f7b300200000
  lea r15, [rax] : 4c8d38
  lea r8, [rsp] : 4c8d0424
  lea r12, [r13] : 4d8d6500
  lea rbx, [r12+32] : 498d5c2420
  lea r12, [rsi+r9*1] : 4e8d240e
  lea rbp, [rax+rdx*2+64] : 488d6c5040
  lea r13, [r13+rbp*4] : 4d8d6cad00
  lea r9, [r8+r15*2+2080] : 4f8d8c7820080000
  lea rsi, [rsp+r13*4-516] : 4a8db4acfcfdffff
  call [rax] : 48ff10
  call [rsp] : 48ff1424
  call [r13] : 49ff5500
  call [r9+64] : 49ff5140
  call [rsi+128] : 48ff9680000000
  call [r11+8192] : 49ff9300200000
  call [r12+r12*4+508] : 4bff94a4fc010000
  prefetcht0 [rax] : 400f1808
  prefetcht0 [rsp] : 400f180c24
  prefetcht0 [r13] : 410f184d00
  prefetcht0 [r9+64] : 410f184940
  prefetcht0 [rsi+128] : 400f188e80000000
  prefetcht0 [r11+8192] : 410f188b00200000
  prefetcht0 [r13+rbp*4] : 410f184cad00
  prefetcht0 [rsi+r9*1] : 420f180c0e
  prefetcht0 [r12+r12*4+508] : 430f188ca4fc010000
  mov rax, rcx : 4889c8
  mov rdx, r8 : 4c89c2
  mov r9, rsp : 4989e1
  mov r15, r12 : 4d89e7
  mov rdi, rbp : 4889ef
  add rax, rcx : 4801c8
  add rdx, r8 : 4c01c2
  add r9, rsp : 4901e1
  add r15, r12 : 4d01e7
  add rdi, rbp : 4801ef
  cmp rax, rcx : 4839c8
  cmp rdx, r8 : 4c39c2
  cmp r9, rsp : 4939e1
  cmp r15, r12 : 4d39e7
  cmp rdi, rbp : 4839ef
  mov rcx, 1000 : 48c7c1e8030000
  mov r8, -2147483648 : 49c7c000000080
  mov rsp, 128 : 48c7c480000000
  mov r15, 2147483647 : 49c7c7ffffff7f
  mov rdi, -129 : 48c7c77fffffff
  add rcx, 1000 : 4881c1e8030000
  add r8, -2147483648 : 4981c000000080
  add rsp, 128 : 4881c480000000
  add r15, 2147483647 : 4981c7ffffff7f
  add rdi, -129 : 4881c77fffffff
  sub rcx, 1000 : 4881e9e8030000
  sub r8, -2147483648 : 4981e800000080
  sub rsp, 128 : 4881ec80000000
  sub r15, 2147483647 : 4981efffffff7f
  sub rdi, -129 : 4881ef7fffffff
  cmp rcx, 1000 : 4881f9e8030000
  cmp r8, -2147483648 : 4981f800000080
  cmp rsp, 128 : 4881fc80000000
  cmp r15, 2147483647 : 4981ffffffff7f
  cmp rdi, -129 : 4881ff7fffffff
  test rcx, 1000 : 48f7c1e8030000
  test r8, -2147483648 : 49f7c000000080
  test rsp, 128 : 48f7c480000000
  test r15, 2147483647 : 49f7c7ffffff7f
  test rdi, -129 : 48f7c77fffffff
  shl rcx, 4 : 48c1e104
  shl r8, 7 : 49c1e007
  shl rdi, 63 : 48c1e73f
  shl r15, 2 : 49c1e702
  push rax : 50
  pop rax : 58
  push rbx : 53
  pop rbx : 5b
  push rbp : 55
  pop rbp : 5d
  push rdi : 57
  pop rdi : 5f
  push r8 : 4150
  pop r8 : 4158
  push r12 : 4154
  pop r12 : 415c
  push r15 : 4157
  pop r15 : 415f
  lea rax, [rip+1] : 488d0501000000
  lea rdi, [rip+1] : 488d3d01000000
  lea r8, [rip+1] : 4c8d0501000000
  lea r15, [rip+1] : 4c8d3d01000000
  ret : c3
  sub rax, rcx : 4829c8
  sub rdx, r8 : 4c29c2
  sub r9, rsp : 4929e1
  sub r15, r12 : 4d29e7
  sub rdi, rbp : 4829ef
  mov [rax], r8 : 4c8900
  mov [rbp], rcx : 48894d00
  mov [rsp], r15 : 4c893c24
  mov [r12], rbp : 49892c24
  mov [r13], rsi : 49897500
  mov [rdi+4], rdi : 48897f04
  mov [r9+64], r9 : 4d894940
  mov [rbp-128], rsp : 48896580
  mov [rsp+127], r13 : 4c896c247f
  mov [r12+32], rax : 4989442420
  mov [r13-129], r12 : 4d89a57fffffff
  mov [rsi+128], rbx : 48899e80000000
  mov [rdx+8128], r8 : 4c8982c01f0000
  mov [r10-8192], rcx : 49898a00e0ffff
  mov [r11+8192], r15 : 4d89bb00200000
  mov [rcx+305419896], rbp : 4889a978563412
  mov [rsi+r9*1], rsi : 4a89340e
  mov [rax+rdx*2+64], rdi : 48897c5040
  mov [r13+rbp*4], r9 : 4d894cad00
  mov [r12+r12*4+508], rsp : 4b89a4a4fc010000
  mov [r8+r15*2+2080], r13 : 4f89ac7820080000
  mov [rbp+rcx*1-512], rax : 4889840d00feffff
  mov [rsp+r13*4-516], r12 : 4e89a4acfcfdffff
  mov [rbx+rdi*2-4], rbx : 48895c7bfc
`;

/** What has a shorter form in GNU's assembler than the one that is written here; its disassembler reads these bytes as these lines. */
export const LONGER_ENCODINGS = `
  add rax, 8 : 4881c008000000
  sub rsp, 8 : 4881ec08000000
  cmp rdx, 1 : 4881fa01000000
  cmp r13, -1 : 4981fdffffffff
  test rax, -1 : 48f7c0ffffffff
  sub rax, 305419896 : 4881e878563412
  shl r9, 1 : 49c1e101
`;
