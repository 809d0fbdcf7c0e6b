export function DataPage() {
  return <div className="page">DataPage</div>
}
