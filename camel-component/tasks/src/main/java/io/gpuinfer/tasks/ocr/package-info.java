/**
 * Text in pictures with the models of PP-OCR (Du et al., "PP-OCR: A Practical Ultra Lightweight OCR
 * System", 2020): find boxes of text, turn them upright, read each as a line.
 */
package io.gpuinfer.tasks.ocr;
