/* What the GPU is made to compute, and the same on the host. */
#ifndef KERNEL_H
#define KERNEL_H

#include <stdint.h>

enum { BLOCKS = 4, THREADS = 256, WORDS = BLOCKS * THREADS };

/* Every bit of the result depends on every bit of the word, on its place and on the seed. */
static inline uint32_t mixed(uint32_t word, uint32_t place, uint32_t seed)
{
    uint32_t x = word ^ (place * 0x9E3779B9u + seed);
    x = (x ^ x >> 15) * 0x85EBCA77u;
    x = (x ^ x >> 13) * 0xC2B2AE3Du;
    return x ^ x >> 16;
}

/*
 * The same in PTX, behind the two lines of a heading. Nothing in it is younger than PTX 3.0:
 * https://docs.nvidia.com/cuda/parallel-thread-execution/
 */
static const char KERNEL[] =
    ".address_size 64\n"
    ".visible .entry mix(.param .u64 words, .param .u32 count, .param .u32 seed)\n"
    "{\n"
    ".reg .pred %p_out;\n"
    ".reg .u32 %r_count, %r_seed, %r_block, %r_size, %r_thread, %r_place, %r_x, %r_y;\n"
    ".reg .u64 %r_words, %r_offset, %r_at;\n"
    "ld.param.u64 %r_words, [words];\n"
    "ld.param.u32 %r_count, [count];\n"
    "ld.param.u32 %r_seed, [seed];\n"
    "mov.u32 %r_block, %ctaid.x;\n"
    "mov.u32 %r_size, %ntid.x;\n"
    "mov.u32 %r_thread, %tid.x;\n"
    "mad.lo.u32 %r_place, %r_block, %r_size, %r_thread;\n"
    "setp.ge.u32 %p_out, %r_place, %r_count;\n"
    "@%p_out bra END;\n"
    "cvta.to.global.u64 %r_words, %r_words;\n"
    "mul.wide.u32 %r_offset, %r_place, 4;\n"
    "add.u64 %r_at, %r_words, %r_offset;\n"
    "ld.global.u32 %r_x, [%r_at];\n"
    "mad.lo.u32 %r_y, %r_place, 0x9E3779B9, %r_seed;\n"
    "xor.b32 %r_x, %r_x, %r_y;\n"
    "shr.u32 %r_y, %r_x, 15;\n"
    "xor.b32 %r_x, %r_x, %r_y;\n"
    "mul.lo.u32 %r_x, %r_x, 0x85EBCA77;\n"
    "shr.u32 %r_y, %r_x, 13;\n"
    "xor.b32 %r_x, %r_x, %r_y;\n"
    "mul.lo.u32 %r_x, %r_x, 0xC2B2AE3D;\n"
    "shr.u32 %r_y, %r_x, 16;\n"
    "xor.b32 %r_x, %r_x, %r_y;\n"
    "st.global.u32 [%r_at], %r_x;\n"
    "END:\n"
    "ret;\n"
    "}\n";

#endif
