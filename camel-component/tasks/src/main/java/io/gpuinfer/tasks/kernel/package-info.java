/** Arrays to arrays, through a kernel that the user wrote. */
package io.gpuinfer.tasks.kernel;
