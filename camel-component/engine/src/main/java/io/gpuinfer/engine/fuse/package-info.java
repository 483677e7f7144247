/**
 * Rewritings of a program that make fewer, larger actions of it, without changing what it computes.
 */
package io.gpuinfer.engine.fuse;
