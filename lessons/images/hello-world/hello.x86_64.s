# Writes the greeting to standard output and ends: two system calls, no library.
        .globl  _start
        .text
_start:
        mov     $1, %eax                # write(1, greeting, length)
        mov     $1, %edi
        lea     greeting(%rip), %rsi
        mov     $length, %edx
        syscall
        mov     $60, %eax               # exit(0)
        xor     %edi, %edi
        syscall

greeting:
        .incbin "greeting.txt"
        .set    length, . - greeting

        .section .note.GNU-stack, "", %progbits
