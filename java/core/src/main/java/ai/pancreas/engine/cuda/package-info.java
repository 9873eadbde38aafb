/** The engine for NVIDIA GPUs. */
package ai.pancreas.engine.cuda;
