/** What the developer console shows, as a tree, and the two ways to write it. */
package io.gpuinfer.component.console;
